using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Workflows.Contracts;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>How the stores answer one migration; an undo's steps are called <c>Copy undo</c> and so on.</summary>
internal sealed class MigrationScript : Script
{
    private readonly HashSet<bool> _committed = [];

    /// <value>A grace so short that the saga follows once.</value>
    public BeginResult Begun { get; set; } = new(
        A.Source, IsResumed: false, Refusal: null, Grace: TimeSpan.FromMilliseconds(1), ApprovalTimeout: TimeSpan.FromHours(24),
        ParkTimeout: TimeSpan.FromHours(4));

    /// <summary>What operators were asked to decide last.</summary>
    public ParkStep? Parked { get; set; }

    /// <summary>Whether the saga's end lets similar migrations be refused.</summary>
    public bool Quarantines { get; set; }

    /// <summary>What Resolve reads; when not set, whether the switch of that attempt returned.</summary>
    public Dictionary<bool, MoveOutcome> Outcomes { get; } = [];

    public string? LastNotedError { get; private set; }

    public void Commit(MoveStep step) => _committed.Add(step.IsUndo);

    public MoveOutcome Outcome(MoveStep step) =>
        Outcomes.TryGetValue(step.IsUndo, out var outcome) ? outcome
        : _committed.Contains(step.IsUndo) ? MoveOutcome.Moved
        : MoveOutcome.Voided;

    public void Enter(MoveStep step)
    {
        if (step.Entered is { } phase && $"{phase}" != Phases.LastOrDefault())
        {
            Note($"{phase}");
        }

        LastNotedError = step.Error ?? LastNotedError;
    }
}
