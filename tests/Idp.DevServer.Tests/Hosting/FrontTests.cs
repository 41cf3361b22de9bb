using Google.Protobuf.Reflection;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Temporalio.Client;
using Temporalio.Worker;

namespace Idp.DevServer.Tests.Hosting;

/// <summary>What the front serves beside Temporal's own calls, and what it does with callers that froze.</summary>
public sealed class FrontTests
{
    private const string Reflection = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

    private static readonly string[] Services =
        ["temporal.api.workflowservice.v1.WorkflowService", "temporal.api.operatorservice.v1.OperatorService", "temporal.api.testservice.v1.TestService"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reflection_ListsTheServicesAndDescribesTheirMethods()
    {
        await using var server = await ServerProcess.StartAsync(Cancelled);

        var listed = await AskAsync(server, new ServerReflectionRequest { ListServices = "*" });
        var described = await AskAsync(server, new ServerReflectionRequest { FileContainingSymbol = Services[0] });

        Assert.Superset(Services.Append("grpc.health.v1.Health").ToHashSet(), listed.ListServicesResponse.Service.Select(service => service.Name).ToHashSet());
        var files = described.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom).ToArray();
        var methods = files.SelectMany(file => file.Service).Single(service => service.Name == "WorkflowService").Method;
        Assert.Contains(methods, method => method.Name == "RespondWorkflowTaskCompleted");

        // Whoever builds the types needs every file that those import.
        var known = files.Select(file => file.Name).ToHashSet();
        Assert.DoesNotContain(files.SelectMany(file => file.Dependency), name => !known.Contains(name));
    }

    [Fact]
    public async Task Health_OfEachService_IsServing()
    {
        await using var server = await ServerProcess.StartAsync(Cancelled);

        foreach (var service in Services.Take(2).Append(string.Empty))
        {
            var health = await RawGrpc.CallAsync(
                server.Address, "/grpc.health.v1.Health/Check", new HealthCheckRequest { Service = service }, HealthCheckResponse.Parser, Cancelled);
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        }
    }

    [Fact]
    public async Task Poller_ThatFroze_IsDroppedAndTakesNoTask()
    {
        await using var server = await ServerProcess.StartAsync(Cancelled);
        await using var relay = new FreezingRelay(server.Port);
        var frozen = await TemporalClient.ConnectAsync(new(relay.Address));
        var client = await TemporalClient.ConnectAsync(new(server.Address));
        var polling = frozen.WorkflowService.PollWorkflowTaskQueueAsync(
            new() { Namespace = "default", TaskQueue = new() { Name = "frozen" }, Identity = "frozen" }, new() { Retry = false });
        while ((await DescribeAsync(client)).Pollers.Count == 0)
        {
            await Task.Delay(20, Cancelled);
        }

        relay.Freeze();
        await relay.HungUp.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);

        // Were the frozen poll still waiting, it would be first in line, and the task stay with it for ten minutes.
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions("frozen").AddWorkflow<EchoWorkflow>());
        var echoed = await worker.ExecuteAsync(
            () => client.ExecuteWorkflowAsync((EchoWorkflow w) => w.RunAsync("hello"), new("echo", "frozen") { TaskTimeout = TimeSpan.FromMinutes(10) }).WaitAsync(TimeSpan.FromMinutes(1), Cancelled), Cancelled);
        Assert.Equal("hello", echoed);
        await relay.DisposeAsync();
        await Record.ExceptionAsync(() => polling);
    }

    private static Task<ServerReflectionResponse> AskAsync(ServerProcess server, ServerReflectionRequest request) =>
        RawGrpc.CallAsync(server.Address, Reflection, request, ServerReflectionResponse.Parser, Cancelled);

    private static Task<Temporalio.Api.WorkflowService.V1.DescribeTaskQueueResponse> DescribeAsync(TemporalClient client) =>
        client.WorkflowService.DescribeTaskQueueAsync(new() { Namespace = "default", TaskQueue = new() { Name = "frozen" }, TaskQueueType = Temporalio.Api.Enums.V1.TaskQueueType.Workflow });
}
