using System.Collections.Concurrent;
using System.Globalization;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Idp.DevServer.Tests.Crash;

/// <summary>Starts workflows and signals them while the server dies again and again, and says afterwards what is missing.</summary>
internal sealed class CrashLoad(ITemporalClient client, string taskQueue)
{
    public const int SignalsPerWorkflow = 4;
    private const string ScheduleId = "crash-schedule";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ResultTimeout = TimeSpan.FromMinutes(2);

    private readonly ConcurrentQueue<string> _started = [];

    public int Started => _started.Count;

    public Task CreateScheduleAsync() => client.CreateScheduleAsync(
        ScheduleId,
        new(
            ScheduleActionStartWorkflow.Create((TickWorkflow w) => w.RunAsync(), new("tick", taskQueue)),
            new() { Intervals = [new(Period)] })
        {
            Policy = new() { Overlap = ScheduleOverlapPolicy.AllowAll },
        });

    /// <summary>One workflow with all its signals; every call is repeated until it is acknowledged.</summary>
    public async Task DriveAsync(string id, CancellationToken cancellationToken)
    {
        await UntilAcknowledgedAsync(() => StartAsync(id), cancellationToken);
        _started.Enqueue(id);
        for (var number = 0; number < SignalsPerWorkflow; number++)
        {
            var request = await SignalAsync(id, number);
            await UntilAcknowledgedAsync(() => client.WorkflowService.SignalWorkflowExecutionAsync(request), cancellationToken);
        }
    }

    /// <returns>What is wrong, in words: a workflow stuck, a signal or an answer lost or doubled.</returns>
    public async Task<IReadOnlyList<string>> FaultsAsync(CancellationToken cancellationToken)
    {
        var faults = await Task.WhenAll(_started.Select(id => FaultOfAsync(id, cancellationToken)));
        return [.. faults.OfType<string>()];
    }

    /// <summary>Stops the schedule and looks at its runs: one for each second since the first, none doubled.</summary>
    public async Task<(int Runs, IReadOnlyList<string> Faults)> ScheduleFaultsAsync()
    {
        var schedule = client.GetScheduleHandle(ScheduleId);
        await schedule.PauseAsync();
        var times = new List<DateTimeOffset>();
        await foreach (var run in client.ListWorkflowsAsync($"TemporalScheduledById = '{ScheduleId}'"))
        {
            times.Add(DateTimeOffset.Parse(run.Id["tick-".Length..], CultureInfo.InvariantCulture));
        }

        times.Sort();
        var faults = times.Zip(times.Skip(1))
            .Where(pair => pair.Second - pair.First != Period)
            .Select(pair => $"the schedule's run at {pair.First:O} is followed by the one at {pair.Second:O}");
        return (times.Count, [.. faults]);
    }

    private async Task StartAsync(string id)
    {
        try
        {
            await client.StartWorkflowAsync((ReceiverWorkflow w) => w.RunAsync(id, SignalsPerWorkflow), new(id, taskQueue));
        }
        catch (WorkflowAlreadyStartedException)
        {
            // The start before was stored, and only its answer was lost.
        }
    }

    // The request id makes a repeated signal the same signal.
    private async Task<SignalWorkflowExecutionRequest> SignalAsync(string id, int number) => new()
    {
        Namespace = client.Options.Namespace,
        WorkflowExecution = new() { WorkflowId = id },
        SignalName = "Take",
        Input = new Payloads { Payloads_ = { await DataConverter.Default.ToPayloadAsync(number) } },
        RequestId = CrashActivities.AnswerOf(id, number),
    };

    private async Task<string?> FaultOfAsync(string id, CancellationToken cancellationToken)
    {
        var handle = client.GetWorkflowHandle<ReceiverWorkflow, IReadOnlyList<string>>(id);
        IReadOnlyList<string> answers;
        try
        {
            answers = await handle.GetResultAsync().WaitAsync(ResultTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            var history = await handle.FetchHistoryAsync();
            return $"{id} is stuck after {string.Join(", ", history.Events.Select(e => e.EventType))}";
        }

        var expected = Enumerable.Range(0, SignalsPerWorkflow).Select(number => CrashActivities.AnswerOf(id, number));
        if (!answers.SequenceEqual(expected))
        {
            return $"{id} ended with {string.Join(", ", answers)}";
        }

        var events = (await handle.FetchHistoryAsync()).Events.ToArray();
        int Count(EventType type) => events.Count(e => e.EventType == type);
        (int Closes, int Signals, int Scheduled, int Completed) counts = (
            Count(EventType.WorkflowExecutionCompleted), Count(EventType.WorkflowExecutionSignaled),
            Count(EventType.ActivityTaskScheduled), Count(EventType.ActivityTaskCompleted));
        return counts == (1, SignalsPerWorkflow, SignalsPerWorkflow, SignalsPerWorkflow) && events.Select(e => (int)e.EventId).SequenceEqual(Enumerable.Range(1, events.Length))
            ? null
            : $"{id} has {counts} events, ids {events[0].EventId} to {events[^1].EventId} of {events.Length}";
    }

    private static async Task UntilAcknowledgedAsync(Func<Task> call, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (RpcException failure) when (failure.Code is RpcException.StatusCode.Unavailable or RpcException.StatusCode.Cancelled or RpcException.StatusCode.Unknown or RpcException.StatusCode.DeadlineExceeded)
            {
                await Task.Delay(RetryDelay, cancellationToken);
            }
        }
    }
}
