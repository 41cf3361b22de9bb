using Idp.DevServer.Engine.Commands;
using Idp.DevServer.Engine.Machines;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Starts activities in the answer to the task that scheduled them, for a worker with room for them.</summary>
internal static class EagerActivities
{
    public static void Start(CommandContext commands, RespondWorkflowTaskCompletedResponse response)
    {
        foreach (var id in commands.EagerActivities)
        {
            if (!commands.State.Activities.TryGetValue(id, out var activity))
            {
                // Cancelled by the same task.
                continue;
            }

            Activities.Start(commands.T, activity, Guid.NewGuid().ToString(), commands.Request.Identity, commands.Request.WorkerVersionStamp);
            activity.Dispatched = true;
            activity.IsEager = true;
            response.ActivityTasks.Add(ActivityReplies.Started(commands.T, activity));
        }
    }
}
