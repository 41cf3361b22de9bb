using Temporalio.Workflows;

namespace Idp.Workflows.Migrations;

/// <summary>The few ways we run activities. New on each use, because options are mutable.</summary>
internal static class ActivityProfile
{
    /// <summary>Failures of one step, one after the other, before an operator shall decide.</summary>
    public const int MaxAttempts = 3;

    /// <summary>Workers beat every second for whatever they run, so a dead one is noticed within this time.</summary>
    public static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(8);

    /// <summary>A few round trips.</summary>
    public static ActivityOptions Quick(string summary, CancellationToken cancellationToken) => new()
    {
        StartToCloseTimeout = TimeSpan.FromMinutes(1),
        HeartbeatTimeout = HeartbeatTimeout,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromSeconds(1), MaximumAttempts = MaxAttempts },
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
        CancellationToken = cancellationToken,
        Summary = summary,
    };

    /// <summary>Work that grows with the object.</summary>
    /// <remarks>Waiting for its cancellation matters: otherwise the undo starts while a cancelled copy still writes.</remarks>
    public static ActivityOptions Bulk(string summary, CancellationToken cancellationToken) => new()
    {
        TaskQueue = TaskQueues.Movers,
        StartToCloseTimeout = TimeSpan.FromHours(12),
        HeartbeatTimeout = HeartbeatTimeout,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromSeconds(1), MaximumAttempts = MaxAttempts },
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
        CancellationToken = cancellationToken,
        Summary = summary,
    };

    /// <summary>Waits its turn: asks again and again, which leaves no trace in the history.</summary>
    public static ActivityOptions Queued(string summary, CancellationToken cancellationToken) => new()
    {
        StartToCloseTimeout = TimeSpan.FromMinutes(1),
        HeartbeatTimeout = HeartbeatTimeout,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromSeconds(1), BackoffCoefficient = 1.5f, MaximumInterval = TimeSpan.FromSeconds(10) },
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
        CancellationToken = cancellationToken,
        Summary = summary,
    };

    /// <summary>Undo and finish: retried without limit, since a half-done migration has to stay visible, not end quietly.</summary>
    /// <remarks>Activities inherit the workflow's cancellation; these must not.</remarks>
    public static ActivityOptions UntilDone(string summary) => new()
    {
        StartToCloseTimeout = TimeSpan.FromMinutes(10),
        HeartbeatTimeout = HeartbeatTimeout,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromSeconds(1), MaximumInterval = TimeSpan.FromSeconds(30) },
        CancellationToken = CancellationToken.None,
        Summary = summary,
    };

    /// <summary>The deletion of an old copy: without limit too, but a pause stops it.</summary>
    public static ActivityOptions CleanUp(string summary, CancellationToken cancellationToken) => new()
    {
        TaskQueue = TaskQueues.Movers,
        StartToCloseTimeout = TimeSpan.FromHours(12),
        HeartbeatTimeout = HeartbeatTimeout,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromSeconds(1), MaximumInterval = TimeSpan.FromSeconds(30) },
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
        CancellationToken = cancellationToken,
        Summary = summary,
    };
}
