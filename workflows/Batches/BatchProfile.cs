using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Temporalio.Workflows;

namespace Idp.Workflows.Batches;

/// <summary>The ways batches and evacuations run activities, besides those of single migrations.</summary>
internal static class BatchProfile
{
    /// <summary>One phase of all members.</summary>
    public static ActivityOptions Phase(string summary, CancellationToken cancellationToken) => new()
    {
        TaskQueue = TaskQueues.Movers,
        StartToCloseTimeout = TimeSpan.FromHours(1),
        HeartbeatTimeout = ActivityProfile.HeartbeatTimeout,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromSeconds(1), MaximumAttempts = BatchStep.MaxAttempts },
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
        CancellationToken = cancellationToken,
        Summary = summary,
    };

    /// <summary>What can be cancelled, and is tried until then.</summary>
    public static ActivityOptions Patient(string summary, CancellationToken cancellationToken) => new()
    {
        StartToCloseTimeout = TimeSpan.FromMinutes(5),
        HeartbeatTimeout = ActivityProfile.HeartbeatTimeout,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromSeconds(1), MaximumInterval = TimeSpan.FromSeconds(30) },
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
        CancellationToken = cancellationToken,
        Summary = summary,
    };
}
