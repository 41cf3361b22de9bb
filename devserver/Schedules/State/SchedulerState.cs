using System.Collections.Immutable;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Schedule.V1;

namespace Idp.DevServer.Schedules.State;

/// <summary>All that is known of one schedule. Its messages are replaced, never changed.</summary>
internal sealed record SchedulerState
{
    public required string Namespace { get; init; }

    public required string NamespaceId { get; init; }

    public required string ScheduleId { get; init; }

    /// <summary>Tells this schedule from a deleted one of the same id.</summary>
    public required string RunId { get; init; }

    /// <summary>The request that created it; the same request again is the same schedule.</summary>
    public required string CreateRequestId { get; init; }

    public required Schedule Schedule { get; init; }

    /// <summary>Without future times and buffer size, which are calculated when asked for.</summary>
    public required ScheduleInfo Info { get; init; }

    public Memo Memo { get; init; } = new();

    public SearchAttributes SearchAttributes { get; init; } = new();

    /// <summary>Up to here times have been looked at.</summary>
    public required DateTimeOffset LastProcessed { get; init; }

    /// <summary>Rises with each change by a user, by the limit of actions and by a pause on failure.</summary>
    public long ConflictToken { get; init; } = 1;

    public ImmutableList<BufferedStart> Buffer { get; init; } = [];

    public ImmutableList<BackfillRequest> Backfills { get; init; } = [];

    /// <summary>Before this time a backfill that may overlap does not go on.</summary>
    public DateTimeOffset BackfillsFrom { get; init; }

    public ImmutableList<PendingCall> Calls { get; init; } = [];

    /// <summary>Counts calls, for their request ids.</summary>
    public long CallsMade { get; init; }

    public Payloads? LastResult { get; init; }

    /// <summary>The failure of the last run that ended, if it failed.</summary>
    public Failure? LastFailure { get; init; }

    public string JitterSeed => $"{NamespaceId}-{ScheduleId}";

    public string Identity => $"temporal-scheduler-{Namespace}-{ScheduleId}";
}
