using Idp.Core.Movement;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>Numbers the ownership rows that occur, and remembers what each step makes of each.</summary>
/// <remarks>States then hold two bytes a row, and each distinct (row, step) calls the production code exactly once.</remarks>
internal sealed class RowBook
{
    public const int Refused = -1;

    // An index is (row, step, attempt, argument): 16 steps, attempts 0 to 3, arguments 0 to 7.
    private const int PerRow = 16 * 4 * 8;
    private const int Unknown = -2;

    private static readonly RegionId[] Regions = [RegionId.Parse("a"), RegionId.Parse("b"), RegionId.Parse("c"), RegionId.Parse("d")];

    private readonly World _world;
    private readonly RowSteps _steps;
    private readonly Dictionary<Ownership, ushort> _numbers = [];
    private readonly MoveAttempt[] _attempts;
    private Ownership[] _rows = [];
    private int[] _results = [];

    public RowBook(World world, RowSteps steps)
    {
        _world = world;
        _steps = steps;
        _attempts = [default, .. Enumerable.Range(1, world.AttemptCount).Select(world.Attempt)];
        Absent = Number(default);
    }

    public ushort Absent { get; }

    /// <summary>Calls of the step table so far.</summary>
    public int CallCount { get; private set; }

    public int RowCount => _numbers.Count;

    public ref readonly Ownership this[int row] => ref _rows[row];

    public ref readonly MoveAttempt Attempt(int attempt) => ref _attempts[attempt];

    /// <summary>The number of the row that a step leads to, or <see cref="Refused"/>.</summary>
    public int Take(RowStep step, int row, int attempt = 0, int nonce = 0, bool logIsDrained = false)
    {
        var index = Index(step, row, attempt, nonce | (logIsDrained ? 4 : 0));
        if (_results[index] == Unknown)
        {
            var transition = Call(step, _rows[row], attempt, nonce, logIsDrained);

            // Numbering a new row may move the table.
            var result = transition.IsAccepted ? Number(transition.Row) : Refused;
            _results[index] = result;
        }

        return _results[index];
    }

    public bool Allows(RowStep step, int row, int attempt)
    {
        var index = Index(step, row, attempt, 0);
        if (_results[index] == Unknown)
        {
            _results[index] = Ask(step, _rows[row], _attempts[attempt].Epoch) ? 1 : 0;
        }

        return _results[index] == 1;
    }

    public ushort Number(Ownership row)
    {
        if (_numbers.TryGetValue(row, out var number))
        {
            return number;
        }

        number = checked((ushort)_numbers.Count);
        _numbers.Add(row, number);
        if (number == _rows.Length)
        {
            Array.Resize(ref _rows, Math.Max(64, 2 * number));
            Array.Resize(ref _results, _rows.Length * PerRow);
            Array.Fill(_results, Unknown, number * PerRow, (_rows.Length - number) * PerRow);
        }

        _rows[number] = row;
        return number;
    }

    private static int Index(RowStep step, int row, int attempt, int argument) =>
        (((((row * 16) + (int)step) * 4) + attempt) * 8) + argument;

    private Transition Call(RowStep step, Ownership row, int number, long nonce, bool logIsDrained)
    {
        CallCount++;
        var attempt = _attempts[number];
        return step switch
        {
            RowStep.Birth => _steps.Birth(row),
            RowStep.StartSource => _steps.StartSource(row, attempt),
            RowStep.StartTarget => _steps.StartTarget(row, attempt),
            RowStep.Freeze => _steps.Freeze(row, attempt.Epoch, nonce),
            RowStep.Thaw => _steps.Thaw(row),
            RowStep.Commit => _steps.Commit(row, attempt.Epoch, nonce, Regions[_world.Attempts[number - 1].To], logIsDrained),
            RowStep.Void => _steps.Void(row, attempt.Epoch),
            RowStep.Unsubscribe => _steps.Unsubscribe(row, attempt),
            RowStep.UndoTarget => _steps.UndoTarget(row, attempt),
            RowStep.Open => _steps.Open(row, attempt),
            RowStep.EndGrace => _steps.EndGrace(row, attempt.Epoch),
            RowStep.DropReverse => _steps.DropReverse(row, attempt.Epoch),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Not a transition."),
        };
    }

    private bool Ask(RowStep step, Ownership row, long epoch)
    {
        CallCount++;
        return step switch
        {
            RowStep.MayImport => _steps.MayImport(row, epoch),
            RowStep.MayFollow => _steps.MayFollow(row, epoch),
            RowStep.MayDelete => _steps.MayDelete(row, epoch),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Not a question."),
        };
    }
}
