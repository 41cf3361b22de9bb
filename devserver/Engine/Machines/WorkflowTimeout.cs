using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>A run has taken too long: tried again, followed by the next cron run, or over.</summary>
internal static class WorkflowTimeout
{
    public static void Fire(Transition t, WorkflowStep step)
    {
        var failure = Failures.Timeout("workflow timeout", TimeoutType.StartToClose);
        var retry = RetryState.Timeout;
        if (t.State.ExecutionDeadline is not { } end || t.Now < end)
        {
            (var backoff, retry) = WorkflowContinuation.RetryOf(t, failure);
            var initiator = ContinueAsNewInitiator.Retry;
            if (backoff is null && CronBackoff.Next(t.State, t.Now) is { } cron)
            {
                (backoff, initiator) = (cron, ContinueAsNewInitiator.CronSchedule);
            }

            if (backoff is { } wait)
            {
                var newRunId = Guid.NewGuid().ToString();
                WorkflowClose.TimeOut(t, retry, newRunId);
                WorkflowContinuation.RetryOrCron(t, step, newRunId, wait, initiator, null, failure);
                return;
            }
        }

        WorkflowClose.TimeOut(t, retry, string.Empty);
    }
}
