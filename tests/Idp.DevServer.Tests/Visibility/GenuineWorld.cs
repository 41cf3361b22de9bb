using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Testing;
using Temporalio.Worker;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>A genuine server with some two dozen runs of every status, type and kind of search attribute.</summary>
internal sealed class GenuineWorld : IAsyncDisposable
{
    public static IReadOnlyList<SearchAttributeKey> Attributes { get; } =
    [
        Bool, Moment, Number, Whole, Word, Words, Prose,
    ];

    private static SearchAttributeKey<bool> Bool => SearchAttributeKey.CreateBool("MyBool");

    private static SearchAttributeKey<DateTimeOffset> Moment => SearchAttributeKey.CreateDateTimeOffset("MyDatetime");

    private static SearchAttributeKey<double> Number => SearchAttributeKey.CreateDouble("MyDouble");

    private static SearchAttributeKey<long> Whole => SearchAttributeKey.CreateLong("MyInt");

    private static SearchAttributeKey<string> Word => SearchAttributeKey.CreateKeyword("MyKeyword");

    private static SearchAttributeKey<IReadOnlyCollection<string>> Words => SearchAttributeKey.CreateKeywordList("MyKeywordList");

    private static SearchAttributeKey<string> Prose => SearchAttributeKey.CreateText("MyText");

    private readonly WorkflowEnvironment _environment;

    private GenuineWorld(WorkflowEnvironment environment) => _environment = environment;

    public ITemporalClient Client => _environment.Client;

    public static async Task<GenuineWorld> StartAsync(string temporal, CancellationToken cancellationToken)
    {
        var environment = await WorkflowEnvironment.StartLocalAsync(new()
        {
            DevServerOptions = new()
            {
                ExistingPath = temporal,
                // The questions come faster than a person asks them.
                ExtraArgs = ["--dynamic-config-value", "frontend.namespaceRPS.visibility=100000"],
            },
            SearchAttributes = [.. Attributes],
        });
        var world = new GenuineWorld(environment);
        await world.FillAsync(cancellationToken);
        return world;
    }

    public ValueTask DisposeAsync() => _environment.DisposeAsync();

    /// <returns>Every user's run, in the order in which the server lists them.</returns>
    public async Task<IReadOnlyList<WorkflowExecutionInfo>> RunsAsync() =>
        [.. (await Client.WorkflowService.ListWorkflowExecutionsAsync(new ListWorkflowExecutionsRequest { Namespace = Client.Options.Namespace })).Executions];

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        using var first = new TemporalWorker(Client, new TemporalWorkerOptions("first").AddWorkflow<VisibleWorkflow>());
        await first.ExecuteAsync(() => StartAllAsync(cancellationToken), cancellationToken);
    }

    private async Task OnSecondAsync(Func<Task> start, CancellationToken cancellationToken)
    {
        using var second = new TemporalWorker(Client, new TemporalWorkerOptions("second").AddWorkflow<VisibleWorkflow>());
        await second.ExecuteAsync(start, cancellationToken);
    }

    private async Task StartAllAsync(CancellationToken cancellationToken)
    {
        var afternoon = new DateTimeOffset(2024, 6, 15, 12, 30, 0, TimeSpan.Zero);
        await StartAsync("order-1", "Order", "wait", set => set.Set(Whole, 5).Set(Word, "red").Set(Bool, true).Set(Prose, "The quick brown fox"));
        await StartAsync("order-2", "Order", "complete", set => set.Set(Whole, 10).Set(Word, "Red").Set(Bool, false).Set(Words, ["alpha", "beta gamma"]));
        await StartAsync("order-3", "Order", "complete", set => set.Set(Whole, -3).Set(Word, "green").Set(Number, 2.5).Set(Moment, afternoon));
        await StartAsync("order-4", "Order", "fail", set => set.Set(Number, -0.25).Set(Words, ["Alpha"]).Set(Prose, "Café, brown-fox slow"));
        await StartAsync("order-5", "Order", "wait", set => set.Set(Word, "it's").Set(Moment, afternoon.AddMilliseconds(500)).Set(Words, ["delta"]));
        await StartAsync("order-6", "Order", "continue", set => set.Set(Word, "größe").Set(Number, 0.5));
        await StartAsync("Order-7", "order", "complete", set => set.Set(Word, "100% sure").Set(Prose, "slow and quick"));
        await StartAsync("order_8", "Order", "cancel", set => set.Set(Whole, 0).Set(Words, ["gamma", "alpha"]));
        await OnSecondAsync(
            async () =>
            {
                await StartAsync("invoice-1", "Invoice", "complete", queue: "second");
                await StartAsync("invoice-2", "Invoice", "wait", queue: "second");
                await UntilAsync(runs => runs.Any(run => run.Execution.WorkflowId == "invoice-2" && run.SearchAttributes.IndexedFields.ContainsKey("BuildIds")));
            },
            cancellationToken);

        // Its task goes to somebody who never answers: no worker's build is ever known of it.
        await StartAsync("invoice-3", "Invoice", "terminate", set => set.Set(Whole, 5).Set(Number, 2), queue: "second");
        await OnSecondAsync(
            async () =>
            {
                await StartAsync("invoice-4", "Invoice", "patch", queue: "second");
                await StartAsync("invoice-5", "Invoice", "time out", set => set.Set(Moment, afternoon.AddYears(-3)), queue: "second");
            },
            cancellationToken);
        await StartAsync("parent-1", "Parent", "parent");
        await Client.CreateScheduleAsync(
            "nightly",
            new(Temporalio.Client.Schedules.ScheduleActionStartWorkflow.Create("Nightly", ["complete"], new("nightly-run", "first")), new()),
            new() { TriggerImmediately = true });
        await UntilAsync(runs => runs.Count == 17 && runs.Count(run => run.Status == WorkflowExecutionStatus.Running) == 3);
    }

    private async Task StartAsync(
        string id, string type, string ending, Action<SearchAttributeCollection.Builder>? attributes = null, string queue = "first")
    {
        var set = new SearchAttributeCollection.Builder();
        attributes?.Invoke(set);
        var handle = await Client.StartWorkflowAsync(type, [ending], new(id, queue)
        {
            TypedSearchAttributes = set.ToSearchAttributeCollection(),
            Memo = new Dictionary<string, object> { ["note"] = id },
            RunTimeout = ending == "time out" ? TimeSpan.FromSeconds(1) : null,
        });
        switch (ending)
        {
            case "cancel":
                await handle.CancelAsync();
                break;
            case "terminate":
                await Client.WorkflowService.PollWorkflowTaskQueueAsync(
                    new PollWorkflowTaskQueueRequest { Namespace = Client.Options.Namespace, TaskQueue = new() { Name = queue }, Identity = "nobody" });
                await handle.TerminateAsync();
                break;
            default:
                break;
        }

        // One after another, so that lists have one order on every server, however busy.
        if (ending != "wait")
        {
            var expected = ending == "continue" ? 2 : 1;
            await UntilAsync(runs => runs.Count(run => run.Execution.WorkflowId == id && run.CloseTime is not null) == expected);
        }
    }

    private async Task UntilAsync(Func<IReadOnlyList<WorkflowExecutionInfo>, bool> holds)
    {
        while (!holds(await RunsAsync()))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
