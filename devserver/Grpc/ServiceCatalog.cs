using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Idp.DevServer.Grpc;

/// <summary>The services that this server speaks, from the descriptors inside the Temporalio package.</summary>
internal static class ServiceCatalog
{
    public static ServiceDescriptor Workflow { get; } =
        Find(Temporalio.Api.WorkflowService.V1.ServiceReflection.Descriptor, RpcHandlersAttribute.WorkflowService);

    public static ServiceDescriptor Operator { get; } =
        Find(Temporalio.Api.OperatorService.V1.ServiceReflection.Descriptor, RpcHandlersAttribute.OperatorService);

    public static ServiceDescriptor Test { get; } =
        Find(Temporalio.Api.TestService.V1.ServiceReflection.Descriptor, RpcHandlersAttribute.TestService);

    public static IReadOnlyList<ServiceDescriptor> All { get; } = [Workflow, Operator, Test];

    private static ServiceDescriptor Find(FileDescriptor file, string name) => file.Services.Single(s => s.FullName == name);
}
