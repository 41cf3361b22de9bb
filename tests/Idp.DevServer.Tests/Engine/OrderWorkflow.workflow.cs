using Temporalio.Activities;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.DevServer.Tests.Engine;

/// <summary>Uses most of what the SDK has: activities, local ones, timers, signals, updates, queries, a child, a patch, continue-as-new.</summary>
[Workflow("Order")]
public sealed class OrderWorkflow
{
    private readonly List<string> _seen = [];
    private bool _isDone;

    [WorkflowRun]
    public async Task<string> RunAsync(int rounds)
    {
        var failures = 2;
        var echo = await Workflow.ExecuteActivityAsync(
            () => OrderActivities.FlakyAsync(Workflow.Info.WorkflowId, failures),
            new() { StartToCloseTimeout = TimeSpan.FromSeconds(10), RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(20) } });
        var local = await Workflow.ExecuteLocalActivityAsync(() => OrderActivities.Echo("local"), new() { StartToCloseTimeout = TimeSpan.FromSeconds(5) });
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(50));
        var child = await Workflow.ExecuteChildWorkflowAsync((OrderChildWorkflow w) => w.RunAsync("child"), new() { Id = Workflow.Info.WorkflowId + "-child" });
        if (Workflow.Patched("better"))
        {
            _seen.Add("patched");
        }

        Workflow.UpsertMemo(MemoUpdateOf("note", rounds));
        await Workflow.WaitConditionAsync(() => _isDone && Workflow.AllHandlersFinished);
        if (rounds > 0)
        {
            throw Workflow.CreateContinueAsNewException((OrderWorkflow w) => w.RunAsync(rounds - 1));
        }

        return string.Join(',', [echo, local, child, .. _seen]);
    }

    [WorkflowSignal]
    public async Task FinishAsync() => _isDone = true;

    [WorkflowQuery]
    public int Seen() => _seen.Count;

    [WorkflowUpdateValidator(nameof(AddAsync))]
    public void ValidateAdd(string item)
    {
        if (item.Length == 0)
        {
            throw new ApplicationFailureException("empty");
        }
    }

    [WorkflowUpdate]
    public async Task<int> AddAsync(string item)
    {
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(10));
        _seen.Add(item);
        return _seen.Count;
    }

    private static MemoUpdate MemoUpdateOf(string key, int value) => MemoUpdate.ValueSet(key, value);
}
