using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Idp.Workflows.Migrations;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Client;
using Temporalio.Common;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>One migration under test: its script, and what an operator can do to it by the names on the wire.</summary>
internal sealed class Saga(IdpWorkers workers, MigrationRequest request)
{
    public MigrationRequest Request => request;

    public MigrationScript Script { get; } = workers.Migrations.Script(request.Id);

    /// <value>After the start the one it returned: only that lets time skip while a result is awaited.</value>
    public WorkflowHandle<MigrationWorkflow, MigrationStatus> Handle { get; private set; } =
        workers.Client.GetWorkflowHandle<MigrationWorkflow, MigrationStatus>(MigrationRequest.WorkflowIdOf(request.Object));

    private static RpcOptions Rpc => new() { CancellationToken = TestContext.Current.CancellationToken, Timeout = Patience.Span };

    /// <summary>A migration whose script is not written yet.</summary>
    public static Saga New(IdpWorkers workers, bool needsApproval = false) => new(workers, A.Request(needsApproval));

    public async Task StartAsync() => Handle = await workers.Client.StartWorkflowAsync(
        (MigrationWorkflow saga) => saga.RunAsync(request),
        new(Handle.Id, TaskQueues.Control)
        {
            TypedSearchAttributes = IdpSearchAttributes.ForMigration(request.Object, request.Target),
            IdConflictPolicy = WorkflowIdConflictPolicy.Fail,
            Rpc = Rpc,
        });

    /// <summary>Lets a held step go on, unless it learns of a cancellation by its heartbeat.</summary>
    public void ReleaseUnlessItHears(string step)
    {
        if (step is not ("Copy" or "Verify"))
        {
            Script.Release(step);
        }
    }

    /// <summary>Approves a run whose predecessor has waited too, so that the script cannot tell when it asks.</summary>
    public async Task ApproveWhenAskedAsync()
    {
        await SeeAsync(e => e.EventType is EventType.TimerStarted, 1); // Of the approval.
        await UpdateAsync("Approve");
    }

    /// <summary>Waits until the server knows that a released step has completed.</summary>
    public Task CompletedAsync(string step)
    {
        static string TypeOf(string call) => call.Split(' ')[0];
        var scheduled = new Dictionary<long, string>();
        bool IsItsEnd(HistoryEvent e)
        {
            if (e.ActivityTaskScheduledEventAttributes is { } start)
            {
                scheduled[e.EventId] = start.ActivityType.Name;
            }

            var ended = e.ActivityTaskCompletedEventAttributes?.ScheduledEventId ?? e.ActivityTaskCanceledEventAttributes?.ScheduledEventId;
            return ended is { } id && scheduled[id] == TypeOf(step);
        }

        var calls = Script.Steps.ToList();
        return SeeAsync(IsItsEnd, calls.Take(calls.IndexOf(step) + 1).Count(call => TypeOf(call) == TypeOf(step)));
    }

    private async Task SeeAsync(Predicate<HistoryEvent> isIt, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience.Span);
        await foreach (var e in Handle.FetchHistoryEventsAsync(new() { WaitNewEvent = true, Rpc = new() { CancellationToken = patience.Token } }))
        {
            if (isIt(e) && --count == 0)
            {
                return;
            }
        }
    }

    public async Task<MigrationStatus> RunAsync()
    {
        await StartAsync();
        return await ResultAsync();
    }

    /// <summary>Starts it and waits until a step is held there.</summary>
    public async Task StartAndHoldAsync(string step)
    {
        Script.Hold(step);
        await StartAsync();
        await Script.ReachedAsync(step);
    }

    public Task<MigrationStatus> ResultAsync() =>
        Handle.GetResultAsync(rpcOptions: Rpc).WaitAsync(Patience.Span, TestContext.Current.CancellationToken);

    public Task<MigrationStatus> StatusAsync() => Handle.QueryAsync(saga => saga.Status, new() { Rpc = Rpc });

    public Task<MigrationStatus> UpdateAsync(string name, OperatorNote? note = null) =>
        Handle.ExecuteUpdateAsync<MigrationStatus>(name, [note ?? A.Note()], new() { Rpc = Rpc })
            .WaitAsync(Patience.Span, TestContext.Current.CancellationToken);

    public Task SignalAsync(string name, OperatorNote? note = null) => Handle.SignalAsync(name, [note ?? A.Note()], new() { Rpc = Rpc });

    /// <summary>From its first event to its last, by the server's clock; that of a time-skipping server runs on afterwards.</summary>
    public async Task<TimeSpan> DurationAsync()
    {
        var events = (await HistoryAsync()).Events;
        return events.Last().EventTime.ToDateTimeOffset() - events.First().EventTime.ToDateTimeOffset();
    }

    public Task<WorkflowHistory> HistoryAsync() => Handle.FetchHistoryAsync(new() { Rpc = Rpc });
}
