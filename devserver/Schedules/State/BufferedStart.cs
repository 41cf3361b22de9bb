using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Schedules.State;

/// <summary>An action that is due and not yet taken.</summary>
/// <param name="Policy">As asked for; unspecified means the schedule's own at the time of starting.</param>
/// <param name="IsManual">Triggered or backfilled: allowed while paused, and not counted against the limit.</param>
/// <param name="HasStoppedOthers">The runs in its way have been asked to end.</param>
internal sealed record BufferedStart(
    DateTimeOffset Nominal,
    DateTimeOffset Actual,
    ScheduleOverlapPolicy Policy,
    bool IsManual,
    bool HasStoppedOthers = false);
