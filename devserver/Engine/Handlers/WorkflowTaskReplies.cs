using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Engine.Machines;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.Runs;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>What a worker gets with a workflow task.</summary>
internal static class WorkflowTaskReplies
{
    // One page of history in the task itself; a worker that needs more asks for it.
    private const int PageSize = 1_000;

    /// <summary>The started task of a run, called within the step that started it, after its commit was decided.</summary>
    /// <param name="isSticky">The worker remembers the run up to its last completed task.</param>
    public static PollWorkflowTaskQueueResponse Started(Transition t, bool isSticky, bool withMessages = true)
    {
        var state = t.State;
        var task = state.Task;
        var response = Common(t.Run, isSticky, state.NextEventId, [.. t.Events], WorkflowTasks.UnwrittenEvents(state));
        response.TaskToken = new TaskToken(
            state.Key, task.ScheduledEventId, task.StartedEventId, task.Attempt, task.StartedTime, string.Empty, string.Empty, string.Empty).Write();
        response.StartedEventId = task.StartedEventId;
        response.Attempt = task.Attempt;
        response.ScheduledTime = Timestamp.FromDateTimeOffset(task.ScheduledTime);
        response.StartedTime = Timestamp.FromDateTimeOffset(task.StartedTime);
        foreach (var query in t.Run.Queries.Pending)
        {
            response.Queries[query.Id] = query.Query;
        }

        if (withMessages)
        {
            response.Messages.AddRange(t.Run.Updates.Send(task.StartedEventId));
        }

        return response;
    }

    /// <summary>A query that is a task of its own.</summary>
    public static PollWorkflowTaskQueueResponse Query(Run run, bool isSticky, DirectQuery query, string queue)
    {
        var response = Common(run, isSticky, run.State.NextEventId, [], []);
        if (isSticky)
        {
            // The worker asks what it remembers; events here would come to it a second time with the next task.
            response.History = new History();
            response.NextPageToken = Google.Protobuf.ByteString.Empty;
        }

        response.TaskToken = new TaskToken(run.State.Key, 0, 0, 0, default, string.Empty, query.Id, queue).Write();
        response.Query = query.Query;
        return response;
    }

    private static PollWorkflowTaskQueueResponse Common(
        Run run, bool isSticky, long nextEventId, IReadOnlyList<HistoryEvent> newEvents, IEnumerable<HistoryEvent> unwritten)
    {
        var state = run.State;
        var first = isSticky ? state.LastCompletedTaskStartedEventId + 1 : 1;
        var history = new History();
        var written = nextEventId - newEvents.Count;
        if (first < written)
        {
            history.Events.AddRange(run.History.Read(first, (int)Math.Min(PageSize, written - first)));
        }

        var response = new PollWorkflowTaskQueueResponse
        {
            WorkflowExecution = new WorkflowExecution { WorkflowId = state.WorkflowId, RunId = state.RunId },
            WorkflowType = new WorkflowType { Name = state.WorkflowType },
            PreviousStartedEventId = state.LastCompletedTaskStartedEventId,
            History = history,
            WorkflowExecutionTaskQueue = new TaskQueue { Name = state.TaskQueue, Kind = TaskQueueKind.Normal },
        };
        if (first + history.Events.Count < written)
        {
            response.NextPageToken = new HistoryToken(state.RunId, first + history.Events.Count, nextEventId, WithTask: true).Write();
            return response;
        }

        history.Events.AddRange(newEvents.Where(e => e.EventId >= first));
        history.Events.AddRange(unwritten);
        return response;
    }
}
