using Temporalio.Workflows;

namespace Idp.DevServer.Tests.Crash;

/// <summary>Takes signals one by one; for each an activity and a timer, until it has had as many as it was told.</summary>
[Workflow]
public sealed class ReceiverWorkflow
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private readonly Queue<int> _waiting = [];

    [WorkflowRun]
    public async Task<IReadOnlyList<string>> RunAsync(string id, int expected)
    {
        var answers = new List<string>();
        while (answers.Count < expected)
        {
            await Workflow.WaitConditionAsync(() => _waiting.Count > 0);
            var number = _waiting.Dequeue();
            answers.Add(await Workflow.ExecuteActivityAsync(
                () => CrashActivities.Answer(id, number),
                new() { StartToCloseTimeout = TimeSpan.FromSeconds(5), RetryPolicy = new() { BackoffCoefficient = 1, InitialInterval = TimeSpan.FromMilliseconds(100) } }));
            await Workflow.DelayAsync(Pause);
        }

        return answers;
    }

    [WorkflowSignal]
    public Task TakeAsync(int number)
    {
        _waiting.Enqueue(number);
        return Task.CompletedTask;
    }
}
