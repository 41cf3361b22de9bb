using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Idp.Core;
using Idp.Core.Migrations;
using Temporalio.Activities;

namespace Idp.Workflows.Contracts;

/// <summary>What a control loop does outside its workflow: sensors, controllers, the arbiter and the policy gate.</summary>
/// <remarks>Only ids and counts travel; snapshots, proposals and decisions lie in the control database.</remarks>
public interface ILoopActivities
{
    /// <summary>Sensors: takes one snapshot of demand, placements, round trips and prices.</summary>
    [Activity]
    Task<CollectResult> CollectAsync(LoopTick tick);

    /// <summary>The foresight controller: plans busy objects ahead of their demand; what it wants the next snapshot holds.</summary>
    [Activity]
    Task ForeseeAsync(LoopTick tick);

    /// <summary>The placement controller: a proposal for every object of the snapshot, with its reason.</summary>
    [Activity]
    Task<ProposeResult> ProposePlacementAsync(ProposeStep step);

    /// <summary>The compliance controller: what stands where a policy forbids it, and a forced proposal for each that can be fixed.</summary>
    [Activity]
    Task<ProposeResult> ProposeComplianceAsync(ProposeStep step);

    /// <summary>The cost controller: meters the hours that have ended, and keeps forecasts, budgets and alerts by them.</summary>
    [Activity]
    Task AccountAsync(ProposeStep step);

    /// <summary>The replication and tiering controllers: what they would change, as advice, since no actuator makes replicas or changes tiers yet.</summary>
    [Activity]
    Task AdviseAsync(ProposeStep step);

    /// <summary>Policy gate and arbiter: records a decision for each proposal and returns what shall start.</summary>
    [Activity]
    Task<ArbitrateResult> ArbitrateAsync(ArbitrateStep step);

    /// <summary>Finds open migrations whose saga is gone: terminated by hand, or lost with its engine.</summary>
    [Activity]
    Task<ImmutableArray<MigrationRequest>> FindOrphansAsync(LoopTick tick);

    /// <summary>Sweeps the regions' stores for what lost migrations left behind, and clears it up.</summary>
    [Activity]
    Task<SweepResult> SweepStoresAsync(LoopTick tick);

    /// <summary>Sensors: measures how busy the regions' servers are, for some seconds; a region that does not answer fails nothing.</summary>
    [Activity]
    Task SenseLoadAsync(LoopTick tick);

    /// <summary>Makes room: partitions to come, and what is past its retention.</summary>
    [Activity]
    Task KeepHouseAsync(LoopTick tick);
}

/// <summary>How far a loop looks, and how often it runs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LoopKind>))]
public enum LoopKind
{
    /// <summary>Every minute.</summary>
    Urgent,

    /// <summary>Every hour; also looks for migrations that lost their saga.</summary>
    Strategic,

    /// <summary>Every day; also keeps house.</summary>
    Planning,
}

/// <param name="Id">The tick's workflow id: what it records is recorded once.</param>
public sealed record LoopTick(LoopKind Kind, string Id = "");

/// <param name="ObjectCount">Objects in the snapshot.</param>
public sealed record CollectResult(long SnapshotId, DateTimeOffset AsOf, int ObjectCount);

/// <param name="RowsRead">Objects that were looked at.</param>
/// <param name="Resolved">Things cleared up.</param>
/// <param name="Unresolved">Things that an operator must look at, each an alert.</param>
public sealed record SweepResult(long RowsRead, int Resolved, int Unresolved);

public sealed record ProposeStep(LoopTick Tick, long SnapshotId);

/// <param name="ProposalsId">Where the proposals lie.</param>
/// <param name="MoveCount">Proposals to move; all others hold.</param>
public sealed record ProposeResult(long ProposalsId, int MoveCount);

/// <param name="ComplianceId">Where the compliance controller's findings lie; 0 when it has not run.</param>
public sealed record ArbitrateStep(LoopTick Tick, long SnapshotId, long ProposalsId, long ComplianceId = 0);

/// <param name="Start">Migrations to start, most valuable first.</param>
/// <param name="Outcomes">How many proposals ended how, for example <c>3 Migrate, 2 Denied, 100 Hold</c>.</param>
public sealed record ArbitrateResult(ImmutableArray<MigrationRequest> Start, string Outcomes);

/// <summary>What one turn of a loop did; shown in Temporal's UI.</summary>
/// <param name="Started">Objects whose migration it started.</param>
/// <param name="AlreadyChanging">Migrations not started, since another change of the object was open.</param>
public sealed record LoopReport(
    CollectResult Collected, string Outcomes, ImmutableArray<ObjectId> Started, ImmutableArray<ObjectId> Recovered, int AlreadyChanging);
