using Google.Protobuf.Reflection;
using Idp.DevServer.Grpc;
using Idp.DevServer.Tests.Differential;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.DevServer.Tests.Engine;

/// <summary>What the embedded engine lacks: exactly this.</summary>
public sealed class UnimplementedTests
{
    private static readonly string[] Nexus =
    [
        "PollNexusTaskQueue", "RespondNexusTaskCompleted", "RespondNexusTaskFailed",
        "StartNexusOperationExecution", "DescribeNexusOperationExecution", "PollNexusOperationExecution", "ListNexusOperationExecutions",
        "CountNexusOperationExecutions", "RequestCancelNexusOperationExecution", "TerminateNexusOperationExecution", "DeleteNexusOperationExecution",
        "GetNexusEndpoint", "CreateNexusEndpoint", "UpdateNexusEndpoint", "DeleteNexusEndpoint", "ListNexusEndpoints",
    ];

    private static readonly string[] BatchOperations = ["StartBatchOperation", "StopBatchOperation", "DescribeBatchOperation", "ListBatchOperations"];

    private static readonly string[] DeploymentsAndVersioningRules =
    [
        "UpdateWorkerBuildIdCompatibility", "GetWorkerBuildIdCompatibility", "UpdateWorkerVersioningRules", "GetWorkerVersioningRules", "GetWorkerTaskReachability",
        "DescribeDeployment", "ListDeployments", "GetDeploymentReachability", "GetCurrentDeployment", "SetCurrentDeployment",
        "DescribeWorkerDeployment", "DescribeWorkerDeploymentVersion", "ListWorkerDeployments", "CreateWorkerDeployment", "CreateWorkerDeploymentVersion",
        "DeleteWorkerDeployment", "DeleteWorkerDeploymentVersion", "SetWorkerDeploymentCurrentVersion", "SetWorkerDeploymentRampingVersion",
        "SetWorkerDeploymentManager", "UpdateWorkerDeploymentVersionMetadata", "UpdateWorkerDeploymentVersionComputeConfig", "ValidateWorkerDeploymentVersionComputeConfig",
    ];

    private static readonly string[] StandaloneActivities =
    [
        "StartActivityExecution", "DescribeActivityExecution", "PollActivityExecution", "ListActivityExecutions", "CountActivityExecutions",
        "RequestCancelActivityExecution", "TerminateActivityExecution", "DeleteActivityExecution", "PauseActivityExecution", "ResetActivityExecution",
        "UnpauseActivityExecution", "UpdateActivityExecutionOptions",
    ];

    [Fact]
    public async Task Methods_OfEveryService_AreImplementedButForThoseOutOfScope()
    {
        await using var server = await ServerUnderTest.StartAsync(Differential.Engine.Embedded, TestContext.Current.CancellationToken);
        var connection = server.Client.Connection;
        var lacking = new List<string>();
        foreach (var (descriptor, service) in (IEnumerable<(ServiceDescriptor, object)>)
        [
            (ServiceCatalog.Workflow, connection.WorkflowService), (ServiceCatalog.Operator, connection.OperatorService),
        ])
        {
            foreach (var method in descriptor.Methods)
            {
                if (await IsLackingAsync(service, method))
                {
                    lacking.Add(method.Name);
                }
            }
        }

        Assert.Equal(
            Nexus.Concat(BatchOperations).Concat(DeploymentsAndVersioningRules).Concat(StandaloneActivities).Order(StringComparer.Ordinal),
            lacking.Order(StringComparer.Ordinal));
    }

    /// <summary>An empty request is answered with UNIMPLEMENTED and the method's name.</summary>
    private static async Task<bool> IsLackingAsync(object service, MethodDescriptor method)
    {
        var call = service.GetType().GetMethod($"{method.Name}Async") ?? throw new MissingMethodException(method.FullName);
        var options = new RpcOptions { CancellationToken = TestContext.Current.CancellationToken, Retry = false };
        try
        {
            await (Task)call.Invoke(service, [Activator.CreateInstance(method.InputType.ClrType), options])!;
            return false;
        }
        catch (RpcException error)
        {
            return error.Code is RpcException.StatusCode.Unimplemented && error.Message == $"method {method.Name} not implemented";
        }
    }
}
