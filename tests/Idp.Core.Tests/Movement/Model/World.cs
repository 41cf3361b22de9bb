using Idp.Core.Movement;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>One bounded instance of the model: which attempts there are, and how much else may happen.</summary>
/// <param name="Attempts">Each may start when the rows let it, at any time, in any order.</param>
internal sealed record World(string Name, string Story, params Leg[] Attempts)
{
    /// <summary>Most writes, at most 4. Two keys.</summary>
    public int Writes { get; init; } = 2;

    /// <summary>Thaws before the last freeze; when no freeze is left, a thaw is always possible.</summary>
    public int Thaws { get; init; }

    /// <summary>Most freezes, at most 3.</summary>
    public int Freezes { get; init; } = 2;

    /// <summary>Numbers of the attempts that may be given up, by whoever asks first.</summary>
    public int[] Voidable { get; init; } = [];

    /// <summary>1: both keys share checkpoint and snapshot. 2: each key is a range with its own.</summary>
    public int Ranges { get; init; } = 1;

    /// <summary>Chunks and changes land in transactions of their own, as ranges without a common snapshot would.</summary>
    public bool CopiesApart { get; init; }

    /// <summary>Rounds that an import may begin, at most 7: each stores its snapshot first, then chunks land loose. 0: chunk, changes and checkpoint land together.</summary>
    public int Rounds { get; init; }

    /// <summary>A row of the copy may be spoilt once; no freeze before both copies were found equal at one snapshot.</summary>
    public bool Verifies { get; init; }

    /// <summary>Entries of the log may be dropped while the move goes on.</summary>
    public bool Prunes { get; init; }

    /// <summary>2: a batch, where key 0 is an object of its own in A and B, and key 1 one in C and D, which stand for the same two regions.</summary>
    public int Objects { get; init; } = 1;

    /// <summary>2: a live mover and a zombie.</summary>
    public int Processes { get; init; } = 1;

    public int Clients { get; init; } = 1;

    public bool IsBorn { get; init; } = true;

    public bool Reads { get; init; }

    public bool Deletes { get; init; }

    public bool RollsBack { get; init; }

    /// <summary>Grace ends with the deletion of the old copy.</summary>
    public bool Cleans { get; init; }

    /// <summary>A seeded fault: every attempt carries the first one's epoch.</summary>
    public bool ReusesEpochs { get; init; }

    public int StoreCount => Objects == 2 ? 4 : 3;

    public int AttemptCount => Attempts.Length;

    public bool MayVoid(int attempt) => Array.IndexOf(Voidable, attempt) >= 0;

    public int RangeOf(int key) => Ranges == 2 ? key : 0;

    /// <summary>The keys of a range, as a set.</summary>
    public int KeysOf(int range) => Ranges == 2 ? 1 << range : 3;

    /// <summary>The keys of the object that lives in a store, as a set.</summary>
    public int KeysAt(int store) => Objects == 2 ? 1 << ObjectOf(store) : 3;

    public int ObjectOf(int store) => Objects == 2 ? store / 2 : 0;

    /// <summary>Attempt 1 carries epoch 2, since the object is born with 1.</summary>
    public MoveAttempt Attempt(int attempt)
    {
        var leg = Attempts[attempt - 1];
        return leg.UndoOf == 0
            ? new(Epoch(attempt), MoveKind.Move)
            : new(Epoch(attempt), MoveKind.Undo, Epoch(leg.UndoOf));
    }

    private int Epoch(int attempt) => ReusesEpochs ? 2 : attempt + 1;
}

/// <summary>Where one attempt goes: stores 0 to 3 are A to D.</summary>
/// <param name="UndoOf">Number of the attempt it takes back; 0 for a move.</param>
internal readonly record struct Leg(int From, int To, int UndoOf = 0);
