using Temporalio.Api.Enums.V1;

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
        var isOpen = true;
        for (var number = 1; isOpen && number <= MaxTasks; number++)
        {
            var task = await session.Hands.PollAsync();
            var started = task.History.Events.LastOrDefault(item => item.EventType is EventType.WorkflowTaskStarted)?.WorkflowTaskStartedEventAttributes;
            session.Note($"suggestion {number}", $"event {task.StartedEventId}: {started?.SuggestContinueAsNew}");
            await session.NoteOutcomeAsync(
                $"answer {number}", () => session.Hands.CompleteAsync(task, request => request.ForceCreateNewWorkflowTask = true, markers));
            var description = await session.Service.DescribeWorkflowExecutionAsync(
                new() { Namespace = session.Namespace, Execution = new() { WorkflowId = session.Name } }, session.Rpc);
            isOpen = description.WorkflowExecutionInfo.Status is WorkflowExecutionStatus.Running;
            session.Note($"after {number}", $"{description.WorkflowExecutionInfo.Status}, {description.WorkflowExecutionInfo.HistoryLength} events");
        }

        if (isOpen)
        {
            await session.Hands.TerminateAsync();
        }

        session.Note("end", await session.ClosedAsync());
    }
}
