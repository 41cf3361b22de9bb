using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>What an activity's result does to its workflow, whether it came by token or by id.</summary>
internal static class ActivityAnswers
{
    public static void Complete(Transition t, ActivityState activity, Payloads? result, string identity)
    {
        if (result?.CalculateSize() > t.Limits.MaxBlobBytes)
        {
            Activities.Fail(t, activity, Failures.Server("Complete result exceeds size limit.", nonRetryable: true), identity);
        }
        else
        {
            Activities.Complete(t, activity, result, identity);
        }

        WorkflowTasks.Ensure(t);
    }

    public static void Fail(Transition t, ActivityState activity, Failure? failure, Payloads? lastHeartbeat, string identity)
    {
        if (failure?.CalculateSize() > t.Limits.MaxBlobBytes)
        {
            failure = Failures.Server("Failure exceeds size limit.", nonRetryable: true);
        }

        if (lastHeartbeat is not null)
        {
            Activities.Heartbeat(t, activity, lastHeartbeat, identity);
        }

        if (Activities.Fail(t, activity, failure ?? new Failure(), identity))
        {
            WorkflowTasks.Ensure(t);
        }
    }

    public static void Cancel(Transition t, ActivityState activity, Payloads? details, string identity)
    {
        RequestRules.Require(
            activity.CancelRequested, "unable to mark activity as canceled without activity being request canceled first");
        Activities.Cancel(t, activity, details, identity);
        WorkflowTasks.Ensure(t);
    }

    public static RpcFailure NotFound() => WorkflowStep.NotFound("invalid activityID or activity already timed out or invoking workflow is completed");
}
