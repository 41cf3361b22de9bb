using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Idp.Core.Tests.Movement.Model;

/// <summary>Collects the states that one state leads to.</summary>
internal sealed class Successors
{
    private readonly List<ModelState> _states = [];
    private readonly List<string> _labels = [];
    private ModelState _from;
    private int _violatingIndex;
    private string? _violation;

    /// <summary>Whether steps are named; only a trace needs it.</summary>
    public bool IsTracing { get; init; }

    /// <summary>Whether anything but a crash is possible.</summary>
    public bool HasProgress { get; private set; }

    public ReadOnlySpan<ModelState> States => CollectionsMarshal.AsSpan(_states);

    public IReadOnlyList<string> Labels => _labels;

    /// <summary>The promise that the step to this state broke by itself, if any.</summary>
    public string? ViolationOf(int index) => index == _violatingIndex ? _violation : null;

    public void Begin(in ModelState state)
    {
        _from = state;
        _states.Clear();
        _labels.Clear();
        _violation = null;
        HasProgress = false;
    }

    public void Add(
        in ModelState next, [InterpolatedStringHandlerArgument("")] StepLabel label, string? violation = null)
    {
        if (violation is not null && _violation is null)
        {
            _violation = violation;
            _violatingIndex = _states.Count;
        }

        // A repeated step that changes nothing is no progress.
        if (violation is not null || !StateSet.AreEqual(next, _from))
        {
            HasProgress = true;
            Push(next, label);
        }
    }

    public void AddCrash(in ModelState next, [InterpolatedStringHandlerArgument("")] StepLabel label) => Push(next, label);

    private void Push(in ModelState next, StepLabel label)
    {
        _states.Add(next);
        if (IsTracing)
        {
            _labels.Add(label.ToString());
        }
    }
}
