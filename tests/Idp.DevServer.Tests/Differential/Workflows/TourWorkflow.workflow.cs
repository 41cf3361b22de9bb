using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Visits, one after the other, what a workflow of the SDK can do; the argument selects where it goes.</summary>
[Workflow("Tour")]
internal sealed class TourWorkflow
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly List<string> _seen = [];
    private bool _end;

    [WorkflowRun]
    public async Task<string> RunAsync(string visit)
    {
        _seen.Add(await VisitAsync(visit));
        return string.Join(", ", _seen);
    }

    [WorkflowSignal]
    public Task EndAsync(string word)
    {
        _seen.Add(word);
        _end = true;
        return Task.CompletedTask;
    }

    [WorkflowQuery]
    public string Seen() => string.Join(", ", _seen);

    [WorkflowUpdate]
    public async Task<int> AddAsync(string word)
    {
        _seen.Add(word);
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(100));
        return _seen.Count;
    }

    [WorkflowUpdateValidator(nameof(AddAsync))]
    public void CheckAdd(string word)
    {
        if (word.Length == 0)
        {
            throw new ApplicationFailureException("empty word", "Empty");
        }
    }

    private async Task<string> VisitAsync(string visit)
    {
        switch (visit)
        {
            case "activity":
                return await Workflow.ExecuteActivityAsync(() => TourActivities.Greet("you"), new() { StartToCloseTimeout = Soon, Summary = "greets" });
            case "local activity":
                return await Workflow.ExecuteLocalActivityAsync(() => TourActivities.Greet("you"), new() { StartToCloseTimeout = Soon });
            case "failing activity":
                return await FailingAsync();
            case "heartbeat":
                return await Workflow.ExecuteActivityAsync(() => TourActivities.HeartbeatThenFailOnceAsync(), new()
                {
                    StartToCloseTimeout = Soon, RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(100) },
                });
            case "patch":
                return Workflow.Patched("new-way") ? "new" : "old";
            case "deprecated patch":
                Workflow.DeprecatePatch("new-way");
                return "new";
            case "properties":
                Workflow.UpsertMemo(MemoUpdate.ValueSet("note", "written"), MemoUpdate.ValueUnset("old"));
                Workflow.UpsertTypedSearchAttributes(
                    SearchAttributeUpdate.ValueSet(SearchAttributeKey.CreateKeyword("Keyword1"), "green"),
                    SearchAttributeUpdate.ValueSet(SearchAttributeKey.CreateLong("Int1"), 7),
                    SearchAttributeUpdate.ValueSet(SearchAttributeKey.CreateBool("Bool1"), true),
                    SearchAttributeUpdate.ValueSet(SearchAttributeKey.CreateDouble("Double1"), 1.5));
                return "properties";
            case "timer":
                await Workflow.DelayWithOptionsAsync(new(TimeSpan.FromMilliseconds(400)) { Summary = "short" });
                return "slept";
            case "child":
                return await Workflow.ExecuteChildWorkflowAsync(
                    (TourWorkflow child) => child.RunAsync("timer"), new() { Id = $"{Workflow.Info.WorkflowId}-child", StaticSummary = "child" });
            case "continue as new":
                throw Workflow.CreateContinueAsNewException((TourWorkflow next) => next.RunAsync("patch"));
            case "fail":
                throw new ApplicationFailureException("it broke", "Broken", nonRetryable: true, details: ["detail"]);
            case "bug":
                throw new InvalidOperationException("a bug");
            case "cancelled timer":
                return await CancelledTimerAsync();
            default:
                await Workflow.WaitConditionAsync(() => _end);
                await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished);
                return "end";
        }
    }

    private static async Task<string> FailingAsync()
    {
        try
        {
            return await Workflow.ExecuteActivityAsync(
                () => TourActivities.Fail(), new() { StartToCloseTimeout = Soon, RetryPolicy = new() { MaximumAttempts = 1 } });
        }
        catch (ActivityFailureException failure)
        {
            return failure.InnerException!.Message;
        }
    }

    private static async Task<string> CancelledTimerAsync()
    {
        using var stop = new CancellationTokenSource();
        var timer = Workflow.DelayAsync(TimeSpan.FromSeconds(60), stop.Token);
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(100));
        stop.Cancel(); // CancelAsync would leave the workflow's scheduler.
        try
        {
            await timer;
            return "fired";
        }
        catch (TaskCanceledException)
        {
            return "cancelled";
        }
    }
}
