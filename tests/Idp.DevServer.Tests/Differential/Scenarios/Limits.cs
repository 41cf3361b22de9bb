using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Histories that grow too long.</summary>
internal static class Limits
{
    private const int MarkersATask = 10_500;
    private const int MaxTasks = 6;

    [Scenario]
    public static async Task LongHistoryIsSuggestedToContinueAndThenEnded(Session session)
    {
        await session.Hands.StartAsync();
        var markers = Enumerable.Repeat(Commands.Marker("m"), MarkersATask).ToArray();
        var task = await session.Hands.PollAsync();
        for (var number = 1; task is not null && number <= MaxTasks; number++)
        {
            var started = task.History.Events.Last(item => item.EventType is EventType.WorkflowTaskStarted).WorkflowTaskStartedEventAttributes;
            session.Note($"suggestion {number}", $"event {task.StartedEventId}: {started.SuggestContinueAsNew}");
            task = await AnswerAsync(session, task, number, markers);
        }

        var description = await session.Service.DescribeWorkflowExecutionAsync(
            new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc);
        session.Note("status", $"{description.WorkflowExecutionInfo.Status}, {description.WorkflowExecutionInfo.HistoryLength} events");
        session.Note("end", await session.ClosedAsync());
    }

    // The next task comes with the answer, and only with what is new: 50,000 events are never read at once.
    private static async Task<PollWorkflowTaskQueueResponse?> AnswerAsync(Session session, PollWorkflowTaskQueueResponse task, int number, Command[] commands)
    {
        RespondWorkflowTaskCompletedResponse? answer = null;
        await session.NoteOutcomeAsync($"answer {number}", async () => answer = await session.Hands.CompleteAsync(
            task,
            request =>
            {
                (request.ForceCreateNewWorkflowTask, request.ReturnNewWorkflowTask) = (true, true);
                request.StickyAttributes = new() { WorkerTaskQueue = session.Hands.StickyQueue, ScheduleToStartTimeout = Commands.Seconds(10) };
            },
            commands));
        return answer?.WorkflowTask;
    }
}
