using System.Collections.Immutable;
using Idp.Workflows.Contracts;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>How catalog and stores answer one batch of three; an undo's steps are called <c>Copy undo</c> and so on.</summary>
internal sealed class BatchScript : Script
{
    private readonly HashSet<int> _undone = [];

    /// <value>Free at once.</value>
    public Queue<BatchSlot> Slots { get; } = [];

    /// <value>A grace so short that the saga follows once.</value>
    public BatchBegun Begun { get; set; } = new(
        Members: 3, Refused: 0, Refusal: null, IsResumed: false, IsReverting: false, AwaitsApproval: false,
        Grace: TimeSpan.FromMilliseconds(1), ApprovalTimeout: TimeSpan.FromHours(24));

    /// <summary>Answers of the phases; one that is missing lets all members through.</summary>
    public Dictionary<string, BatchProgress> Progress { get; } = [];

    /// <summary>Answers of the settling of the move, one after the other; then every member has moved.</summary>
    public Queue<BatchSettled> Settled { get; } = [];

    public string? EndedBecause { get; set; }

    public void Undo(ImmutableArray<int> ordinals)
    {
        lock (_undone)
        {
            _undone.UnionWith(ordinals);
        }
    }

    public BatchSettled Undone()
    {
        lock (_undone)
        {
            return new BatchSettled([.. _undone.Order()], 0, 0);
        }
    }
}
