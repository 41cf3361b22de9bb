using Idp.Core.Movement;
using Idp.Core.Tests.Movement.Model;

namespace Idp.Core.Tests.Movement;

/// <summary>Laws of every transition, on every row that the model can reach.</summary>
public sealed class OwnershipLawsTests
{
    /// <summary>Worlds small enough to explore once more.</summary>
    public static TheoryData<string> Worlds => ["retry", "redo", "undo2", "back", "circle", "birth"];

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Transition_OnAnyReachableRow_KeepsTheRowSound(string name) => ForEach(name, (_, before, transition) =>
    {
        var row = transition.Row;
        if (!transition.IsAccepted)
        {
            Assert.Equal(before, row);
        }

        Assert.True(row.AttemptEpoch >= before.AttemptEpoch, "the attempt fence went back");
        Assert.True(row.OwnerEpoch >= before.OwnerEpoch, "the owner epoch went back");
        Assert.InRange(row.OwnerEpoch, 0, row.AttemptEpoch);
        Assert.InRange(row.MoveEpoch, 0, row.AttemptEpoch);
        Assert.Equal(row.State is OwnershipState.Frozen, row.FreezeNonce != 0);
        Assert.Equal(row.State is OwnershipState.Frozen, row.FreezeUntil is not null);
        Assert.Equal(row.ForwardEpoch != 0, row.ForwardTo is not null);
        Assert.True(row.StreamFrom == 0 || row.StreamFrom == row.ForwardEpoch, "a stream from elsewhere than the forward");
        Assert.True(row.State is not OwnershipState.Moved || row.ForwardEpoch != 0, "a tombstone without forward");
        Assert.True(row.State is not OwnershipState.Importing || row.MoveEpoch != 0, "an import of no move");
        if (row.State is OwnershipState.Absent or OwnershipState.Fenced or OwnershipState.Moved)
        {
            Assert.Equal(0, row.MoveEpoch);
            Assert.Empty(row.Subscribers);
        }
    });

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Transition_RepeatedOnAnyReachableRow_IsAcceptedAndChangesNothing(string name) => ForEach(name, (step, _, transition) =>
    {
        if (transition.IsAccepted)
        {
            Assert.Equal(transition, step(transition.Row));
        }
    });

    private static void ForEach(string name, Action<Func<Ownership, Transition>, Ownership, Transition> check)
    {
        var world = Model.Worlds.Named(name);
        var explorer = new Explorer(world, new RowSteps());
        explorer.Run();
        foreach (var step in Enumerable.Range(1, world.AttemptCount).Select(world.Attempt).SelectMany(Repeatable))
        {
            for (var row = 0; row < explorer.Rows.RowCount; row++)
            {
                check(step, explorer.Rows[row], step(explorer.Rows[row]));
            }
        }
    }

    /// <summary>All but birth, thaw and commit, whose repetition is refused.</summary>
    private static IEnumerable<Func<Ownership, Transition>> Repeatable(MoveAttempt attempt) =>
    [
        row => OwnershipTransitions.StartSource(row, attempt),
        row => OwnershipTransitions.StartTarget(row, attempt),
        row => OwnershipTransitions.Freeze(row, attempt.Epoch, 9, RowSteps.Limit),
        row => OwnershipTransitions.Void(row, attempt.Epoch),
        row => OwnershipTransitions.Unsubscribe(row, attempt),
        row => OwnershipTransitions.UndoTarget(row, attempt),
        row => OwnershipTransitions.Open(row, attempt),
        row => OwnershipTransitions.EndGrace(row, attempt.Epoch),
        row => OwnershipTransitions.DropReverse(row, attempt.Epoch),
    ];
}
