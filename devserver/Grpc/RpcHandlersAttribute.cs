namespace Idp.DevServer.Grpc;

/// <summary>Marks a class that answers RPCs of one service; several classes may share a service.</summary>
/// <remarks>
/// Each public method <c>Task&lt;TResponse&gt; RpcName(TRequest request, RpcContext context)</c> answers the RPC of that name.
/// Two methods for one RPC, or one whose types are not the RPC's, stop the server at start.
/// </remarks>
/// <param name="service">Full name of the service, for example <c>temporal.api.workflowservice.v1.WorkflowService</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RpcHandlersAttribute(string service) : Attribute
{
    public const string WorkflowService = "temporal.api.workflowservice.v1.WorkflowService";
    public const string OperatorService = "temporal.api.operatorservice.v1.OperatorService";
    public const string TestService = "temporal.api.testservice.v1.TestService";

    public string Service { get; } = service;
}
