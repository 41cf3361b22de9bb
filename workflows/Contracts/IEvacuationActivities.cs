using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Temporalio.Activities;

namespace Idp.Workflows.Contracts;

/// <summary>What an evacuation does outside its workflow. All it knows lies in the catalog.</summary>
public interface IEvacuationActivities
{
    /// <summary>Opens the evacuation and drains its region.</summary>
    /// <returns>Why not, for example since another one is open; null when it is open.</returns>
    [Activity]
    Task<EvacuationOpened> OpenEvacuationAsync(EvacuationRequest request);

    /// <summary>Cuts the next batches while there is room, or waits a few seconds for room or for the end.</summary>
    [Activity]
    Task<EvacuationAdvance> AdvanceEvacuationAsync(EvacuationRequest request);

    /// <summary>Ends it; cancelled, it lifts the drain and names the batches that may still be stopped.</summary>
    [Activity]
    Task<ImmutableArray<BatchId>> EndEvacuationAsync(EvacuationEnd end);
}

/// <param name="Refusal">Why it may not run; null when it may.</param>
public sealed record EvacuationOpened(string? Refusal);

/// <param name="Batches">Batches that are written down and have yet to begin, from this call or an earlier one.</param>
/// <param name="Alone">Objects too big for a batch.</param>
/// <param name="InFlight">Batches that wait or copy.</param>
/// <param name="Eta">Until the rest has moved, at the pace so far; null before the first has.</param>
/// <param name="WaitsFor">Why nothing was cut although objects are left.</param>
/// <param name="IsDone">Nothing is left to try, and nothing is under way.</param>
public sealed record EvacuationAdvance(
    ImmutableArray<BatchRequest> Batches,
    ImmutableArray<MigrationRequest> Alone,
    EvacuationCounts Counts,
    int InFlight,
    TimeSpan? Eta,
    string? WaitsFor,
    bool IsDone);

public sealed record EvacuationEnd(EvacuationId Id, bool IsCancelled);

/// <summary>What a run of the workflow is started with; carried on when its history grew long.</summary>
public sealed record EvacuationStart(EvacuationRequest Request, bool IsPaused = false);

/// <summary>All that operators can see of a running evacuation.</summary>
/// <param name="EndedAs"><c>Done</c>, <c>Cancelled</c> or <c>Refused</c>; null while it runs.</param>
public sealed record EvacuationStatus(
    EvacuationId Id,
    RegionId Region,
    EvacuationCounts? Counts = null,
    int BatchesInFlight = 0,
    TimeSpan? Eta = null,
    bool IsPaused = false,
    string? WaitsFor = null,
    OperatorNote? LastNote = null,
    string? LastError = null,
    string? EndedAs = null);
