using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;

namespace Idp.DevServer.Schedules.State;

/// <summary>What the genuine server assumes where a schedule does not say, and the bounds it sets.</summary>
internal static class ScheduleDefaults
{
    /// <summary>Most actions that wait, and most backfills.</summary>
    public const int MaxBuffer = 1_000;

    /// <summary>Backfilled actions per turn; with a turn a second this limits their rate.</summary>
    public const int BackfillsPerTurn = 10;

    public const int RecentActions = 10;

    public const int FutureActions = 10;

    /// <summary>Least time between two turns of a backfill that may overlap.</summary>
    public static readonly TimeSpan BackfillPause = TimeSpan.FromSeconds(1);

    /// <summary>How long a schedule that is done stays visible.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    private static readonly Duration MinCatchupWindow = new() { Seconds = 10 };
    private static readonly Duration DefaultCatchupWindow = Duration.FromTimeSpan(TimeSpan.FromDays(365));

    /// <summary>A copy in which no part is missing.</summary>
    public static Schedule Complete(Schedule given)
    {
        var schedule = given.Clone();
        schedule.Spec ??= new ScheduleSpec();
        schedule.Action ??= new ScheduleAction();
        schedule.Policies ??= new SchedulePolicies();
        schedule.State ??= new ScheduleState();
        if (schedule.Policies.OverlapPolicy == ScheduleOverlapPolicy.Unspecified)
        {
            schedule.Policies.OverlapPolicy = ScheduleOverlapPolicy.Skip;
        }

        var window = schedule.Policies.CatchupWindow ?? DefaultCatchupWindow;
        schedule.Policies.CatchupWindow = window.CompareTo(MinCatchupWindow) < 0 ? MinCatchupWindow.Clone() : window.Clone();
        return schedule;
    }
}
