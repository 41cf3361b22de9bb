using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Grpc;
using Idp.DevServer.Hosting;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Visibility;
using Idp.Testing;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using StatusCode = Grpc.Core.StatusCode;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>The list calls beside the query language: filters, pages and refusals, against recorded answers of the genuine server.</summary>
public sealed class HandlerDifferentialTests
{
    private const string Ns = LocalVisibility.Namespace;

    private static string AnswersFile => Path.Combine(VisibilityWorld.Folder, "Goldens", "calls.txt");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_OnTheRecordedWorld_AreAnsweredAsTheGenuineServerDoes()
    {
        var world = await VisibilityWorld.ReadAsync(Cancelled);

        Assert.Equal(await File.ReadAllLinesAsync(AnswersFile, Cancelled), await OursAsync(world));
    }

    [Fact]
    public async Task Calls_OnAWorldMadeNow_AreAnsweredAsTheGenuineServerDoes()
    {
        var temporal = await TemporalTools.FindAsync("temporal", Cancelled);
        Assert.SkipWhen(temporal is null, TemporalTools.Missing);
        await using var genuine = await GenuineWorld.StartAsync(temporal!, Cancelled);
        var world = new VisibilityWorld(await genuine.RunsAsync());
        var answers = await AnswersAsync(world, request => GenuineAsync(genuine.Client.WorkflowService, request));
        if (Environment.GetEnvironmentVariable("IDP_RECORD_VISIBILITY") is "1")
        {
            await File.WriteAllLinesAsync(AnswersFile, answers, Cancelled);
        }

        Assert.Equal(answers, await OursAsync(world));
    }

    private static IEnumerable<IMessage> Requests(VisibilityWorld world)
    {
        var third = world.Runs.Single(run => run.Execution.WorkflowId == "order-3");
        var (start, close) = (third.StartTime, third.CloseTime);
        yield return new ListWorkflowExecutionsRequest { Namespace = "nowhere" };
        yield return new ListWorkflowExecutionsRequest();
        yield return new ListWorkflowExecutionsRequest { Namespace = Ns, PageSize = -1 };
        yield return new ListWorkflowExecutionsRequest { Namespace = Ns, PageSize = 2 };
        yield return new ListWorkflowExecutionsRequest { Namespace = Ns, PageSize = 100_000 };
        yield return new ScanWorkflowExecutionsRequest { Namespace = Ns, Query = "WorkflowType = 'Invoice'" };
        yield return new ScanWorkflowExecutionsRequest { Namespace = Ns, Query = "WorkflowType =" };
        yield return new CountWorkflowExecutionsRequest { Namespace = "nowhere" };
        yield return new ListOpenWorkflowExecutionsRequest { Namespace = Ns };
        yield return new ListOpenWorkflowExecutionsRequest { Namespace = Ns, ExecutionFilter = new() { WorkflowId = "order-1" } };
        yield return new ListOpenWorkflowExecutionsRequest { Namespace = Ns, TypeFilter = new() { Name = "Order" } };
        yield return new ListOpenWorkflowExecutionsRequest { Namespace = Ns, TypeFilter = new() { Name = "it's" } };
        yield return new ListOpenWorkflowExecutionsRequest { Namespace = Ns, StartTimeFilter = new() { EarliestTime = start } };
        yield return new ListOpenWorkflowExecutionsRequest { Namespace = Ns, StartTimeFilter = new() { LatestTime = start } };
        yield return new ListOpenWorkflowExecutionsRequest { Namespace = Ns, StartTimeFilter = new() { EarliestTime = close, LatestTime = start } };
        yield return new ListClosedWorkflowExecutionsRequest { Namespace = Ns };
        yield return new ListClosedWorkflowExecutionsRequest { Namespace = Ns, ExecutionFilter = new() { WorkflowId = "order-3" } };
        yield return new ListClosedWorkflowExecutionsRequest { Namespace = Ns, TypeFilter = new() { Name = "Invoice" } };
        yield return new ListClosedWorkflowExecutionsRequest { Namespace = Ns, StatusFilter = new() { Status = WorkflowExecutionStatus.Failed } };
        yield return new ListClosedWorkflowExecutionsRequest { Namespace = Ns, StatusFilter = new() { Status = WorkflowExecutionStatus.Running } };
        yield return new ListClosedWorkflowExecutionsRequest { Namespace = Ns, StatusFilter = new() };
        yield return new ListClosedWorkflowExecutionsRequest { Namespace = Ns, StartTimeFilter = new() { LatestTime = close } };
        yield return new ListClosedWorkflowExecutionsRequest { Namespace = Ns, StartTimeFilter = new() { EarliestTime = close, LatestTime = close } };
        yield return new ListClosedWorkflowExecutionsRequest { Namespace = Ns, StartTimeFilter = new() { EarliestTime = close, LatestTime = start } };
        yield return new ListArchivedWorkflowExecutionsRequest { Namespace = Ns };
        yield return new ListArchivedWorkflowExecutionsRequest { Namespace = Ns, PageSize = 100_000 };
    }

    private static async Task<IReadOnlyList<string>> OursAsync(VisibilityWorld world)
    {
        using var local = new LocalVisibility();
        await local.KeepAsync(world.Runs);
        var handlers = new VisibilityHandlers(local.Visibility, new OneNamespace(), local, ServerFeatures.Read(DynamicConfig.Empty));
        return await AnswersAsync(world, request => Ours(handlers, request));
    }

    private static async Task<IReadOnlyList<string>> AnswersAsync(VisibilityWorld world, Func<IMessage, Task<IMessage>> call)
    {
        var answers = new List<string>();
        foreach (var (number, request) in Requests(world).Index())
        {
            answers.Add($"{number + 1} {request.Descriptor.Name}: {await AnswerAsync(world, request, call)}");
        }

        return answers;
    }

    private static async Task<string> AnswerAsync(VisibilityWorld world, IMessage request, Func<IMessage, Task<IMessage>> call)
    {
        try
        {
            return await call(request) switch
            {
                ListWorkflowExecutionsResponse list => $"{VisibilityAnswers.Listed(world, list.Executions)}{(list.NextPageToken.IsEmpty ? string.Empty : " …")}",
                ScanWorkflowExecutionsResponse scan => VisibilityAnswers.Listed(world, scan.Executions),
                ListOpenWorkflowExecutionsResponse open => VisibilityAnswers.Listed(world, open.Executions),
                ListClosedWorkflowExecutionsResponse closed => VisibilityAnswers.Listed(world, closed.Executions),
                var other => other.ToString()!,
            };
        }
        catch (RpcException refused)
        {
            return $"{refused.Code}: {refused.Message}";
        }
        catch (RpcFailure refused)
        {
            return $"{refused.Code}: {refused.Message}";
        }
    }

    private static async Task<IMessage> GenuineAsync(WorkflowService service, IMessage request) => request switch
    {
        ListWorkflowExecutionsRequest list => await service.ListWorkflowExecutionsAsync(list),
        ScanWorkflowExecutionsRequest scan => await service.ScanWorkflowExecutionsAsync(scan),
        CountWorkflowExecutionsRequest count => await service.CountWorkflowExecutionsAsync(count),
        ListOpenWorkflowExecutionsRequest open => await service.ListOpenWorkflowExecutionsAsync(open),
        ListClosedWorkflowExecutionsRequest closed => await service.ListClosedWorkflowExecutionsAsync(closed),
        ListArchivedWorkflowExecutionsRequest archived => await service.ListArchivedWorkflowExecutionsAsync(archived),
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };

    private static async Task<IMessage> Ours(VisibilityHandlers handlers, IMessage request)
    {
        var context = new RpcContext([], Deadline: null, Cancelled);
        return request switch
        {
            ListWorkflowExecutionsRequest list => await handlers.ListWorkflowExecutions(list, context),
            ScanWorkflowExecutionsRequest scan => await handlers.ScanWorkflowExecutions(scan, context),
            CountWorkflowExecutionsRequest count => await handlers.CountWorkflowExecutions(count, context),
            ListOpenWorkflowExecutionsRequest open => await handlers.ListOpenWorkflowExecutions(open, context),
            ListClosedWorkflowExecutionsRequest closed => await handlers.ListClosedWorkflowExecutions(closed, context),
            ListArchivedWorkflowExecutionsRequest archived => await handlers.ListArchivedWorkflowExecutions(archived, context),
            _ => throw new ArgumentOutOfRangeException(nameof(request)),
        };
    }

    /// <summary>Stands for the namespaces of the server; refuses others in the genuine server's words.</summary>
    private sealed class OneNamespace : INamespaces
    {
        public IReadOnlyList<NamespaceEntry> All { get; } =
            [new(Ns, "id", TimeSpan.FromDays(1), NamespaceState.Registered, string.Empty, string.Empty, new Dictionary<string, string>())];

        public NamespaceEntry Require(string name) => name switch
        {
            Ns => All[0],
            "" => throw RpcFailure.InvalidArgument("Namespace is empty."),
            _ => throw new RpcFailure(StatusCode.NotFound, $"Namespace {name} is not found."),
        };
    }
}
