using System.Text.Json.Nodes;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;
using StatusCode = Temporalio.Exceptions.RpcException.StatusCode;

namespace Idp.DevServer.Tests.Differential;

/// <summary>One telling of a scenario to one server: what it may use, and what it notes for the comparison.</summary>
internal sealed class Session(ServerUnderTest server, string name, CancellationToken cancellationToken)
{
    /// <summary>Of every client and worker, so that histories need no normalising there.</summary>
    public const string Identity = "diff";

    private readonly Normalizer _normalizer = new();
    private readonly JsonObject _transcript = [];

    public ServerUnderTest Server => server;

    public ITemporalClient Client => server.Client;

    public WorkflowService Service => server.Client.Connection.WorkflowService;

    public string Namespace => server.Client.Options.Namespace;

    public CancellationToken CancellationToken => cancellationToken;

    /// <value>Names the scenario's workflow and its task queue. Servers are fresh, so nothing else bears it.</value>
    public string Name => name;

    public RpcOptions Rpc => new() { CancellationToken = cancellationToken, Retry = false };

    /// <summary>Answers workflow and activity tasks by hand, where the order of events must be exact.</summary>
    public Hands Hands => field ??= new Hands(this, name);

    /// <value>The options of most starts.</value>
    public WorkflowOptions Start => new(name, name) { Rpc = Rpc };

    /// <summary>Runs <paramref name="story"/> while a worker serves the scenario's task queue.</summary>
    public async Task WithWorkerAsync(TemporalWorkerOptions worker, Func<Task> story)
    {
        worker.TaskQueue ??= name;
        worker.Identity = Identity;
        worker.MaxHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(50);
        worker.DefaultHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(50);
        using var running = new TemporalWorker(Client, worker);
        await running.ExecuteAsync(story, cancellationToken);
    }

    public Task WithWorkerAsync<TWorkflow>(Func<Task> story) => WithWorkerAsync(new TemporalWorkerOptions().AddWorkflow<TWorkflow>(), story);

    /// <summary>Notes the history of a run, the latest of <paramref name="workflowId"/> if none is given.</summary>
    public async Task NoteHistoryAsync(string? workflowId = null, string? runId = null, string? label = null) =>
        Note(label ?? $"history {workflowId ?? name}", _normalizer.History(await HistoryAsync(workflowId, runId)));

    public async Task<IReadOnlyList<HistoryEvent>> HistoryAsync(string? workflowId = null, string? runId = null)
    {
        var history = await Client.GetWorkflowHandle(workflowId ?? name, runId).FetchHistoryAsync(new() { Rpc = Rpc });
        return [.. history.Events];
    }

    /// <summary>Notes the histories of all runs of a chain (retries, cron, continue-as-new, reset), the first one first.</summary>
    public async Task NoteChainAsync(string firstRunId, string? workflowId = null)
    {
        var number = 0;
        for (var runId = firstRunId; runId.Length > 0; runId = Successor((await HistoryAsync(workflowId, runId))[^1]))
        {
            await NoteHistoryAsync(workflowId, runId, $"run {++number}");
        }
    }

    /// <summary>Waits until the run is closed, whatever its result.</summary>
    public async Task<HistoryEvent> ClosedAsync(string? workflowId = null, string? runId = null)
    {
        var response = await Service.GetWorkflowExecutionHistoryAsync(
            new()
            {
                Namespace = Namespace,
                Execution = new() { WorkflowId = workflowId ?? name, RunId = runId ?? string.Empty },
                WaitNewEvent = true,
                HistoryEventFilterType = Temporalio.Api.Enums.V1.HistoryEventFilterType.CloseEvent,
            },
            Rpc);
        return response.History.Events.Count > 0 ? response.History.Events[^1] : await ClosedAsync(workflowId, runId);
    }

    /// <summary>Waits until the history has an event that the condition likes.</summary>
    public async Task<HistoryEvent> EventAsync(Func<HistoryEvent, bool> condition, string? workflowId = null, string? runId = null)
    {
        while (true)
        {
            if ((await HistoryAsync(workflowId, runId)).FirstOrDefault(condition) is { } found)
            {
                return found;
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Waits until a run is deleted.</summary>
    public async Task GoneAsync(Temporalio.Api.Common.V1.WorkflowExecution execution)
    {
        while (true)
        {
            try
            {
                await Service.DescribeWorkflowExecutionAsync(new() { Namespace = Namespace, Execution = execution }, Rpc);
                await Task.Delay(20, cancellationToken);
            }
            catch (RpcException error) when (error.Code is RpcException.StatusCode.NotFound)
            {
                return;
            }
        }
    }

    /// <summary>Notes the response of a call, or its error.</summary>
    public async Task NoteCallAsync<T>(string label, Func<Task<T>> call)
        where T : IMessage
    {
        try
        {
            Note(label, _normalizer.Message(await call()));
        }
        catch (RpcException error)
        {
            Note(label, Error(error));
        }
    }

    /// <summary>Notes only that a call succeeded, or its error.</summary>
    public Task NoteOutcomeAsync<T>(string label, Func<Task<T>> call)
        where T : IMessage =>
        NoteCallAsync(label, async () =>
        {
            await call();
            return new Google.Protobuf.WellKnownTypes.Empty();
        });

    /// <summary>Notes how an SDK call ends.</summary>
    public async Task NoteExceptionAsync(string label, Func<Task> call)
    {
        try
        {
            await call();
            Note(label, "succeeded");
        }
        catch (RpcException error)
        {
            Note(label, Error(error));
        }
        catch (TemporalException failure)
        {
            Note(label, string.Join(" ← ", Chain(failure).Select(inner => $"{inner.GetType().Name}: {inner.Message}")));
        }
    }

    public void Note(string label, string text) => Note(label, (JsonNode)_normalizer.Text(text));

    public void Note(string label, IMessage message) => Note(label, _normalizer.Message(message));

    /// <summary>Runs the genuine command line against the server; notes its exit code and what it printed.</summary>
    public async Task NoteCliAsync(params string[] arguments) =>
        Note($"temporal {string.Join(' ', arguments)}", await Cli.RunAsync(server, arguments, _normalizer, cancellationToken));

    public void NoteJson(string label, JsonNode? node) => Note(label, _normalizer.Json(node) ?? "null");

    public JsonObject Transcript()
    {
        lock (_transcript)
        {
            return _transcript.DeepClone().AsObject();
        }
    }

    private void Note(string label, JsonNode node)
    {
        lock (_transcript)
        {
            var unique = Enumerable.Range(2, int.MaxValue - 2).Select(number => $"{label} ({number})").Prepend(label).First(key => !_transcript.ContainsKey(key));
            _transcript.Add(unique, node);
        }
    }

    private JsonObject Error(RpcException error)
    {
        var status = error.GrpcStatus.Value;
        return new JsonObject
        {
            ["code"] = ((StatusCode)error.Code).ToString(),
            ["message"] = _normalizer.Text(error.Message),
            ["details"] = new JsonArray([.. status?.Details.Select(detail => (JsonNode)detail.TypeUrl.Split('/')[^1]) ?? []]),
        };
    }

    private static IEnumerable<Exception> Chain(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            yield return failure;
        }
    }

    private static string Successor(HistoryEvent close) => close.AttributesCase switch
    {
        HistoryEvent.AttributesOneofCase.WorkflowExecutionContinuedAsNewEventAttributes => close.WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionCompletedEventAttributes => close.WorkflowExecutionCompletedEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionFailedEventAttributes => close.WorkflowExecutionFailedEventAttributes.NewExecutionRunId,
        HistoryEvent.AttributesOneofCase.WorkflowExecutionTimedOutEventAttributes => close.WorkflowExecutionTimedOutEventAttributes.NewExecutionRunId,
        _ => string.Empty,
    };
}
