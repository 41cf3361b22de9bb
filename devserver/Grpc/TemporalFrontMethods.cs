using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace Idp.DevServer.Grpc;

/// <summary>Binds every method of every service; one without a handler answers <c>UNIMPLEMENTED</c> with its name.</summary>
internal sealed class TemporalFrontMethods(RpcHandlerSet handlers, RpcFailures failures) : IServiceMethodProvider<TemporalFront>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TemporalFront> context)
    {
        foreach (var service in ServiceCatalog.All)
        {
            var bound = RpcHandlers.Of(service, handlers.Instances);
            foreach (var rpc in service.Methods)
            {
                Bind(context, rpc, bound.GetValueOrDefault(rpc.Name) ?? Unimplemented(rpc));
            }
        }
    }

    private void Bind(ServiceMethodProviderContext<TemporalFront> context, MethodDescriptor rpc, RpcHandler handler)
    {
        var method = new Method<IMessage, IMessage>(
            MethodType.Unary, rpc.Service.FullName, rpc.Name, MessageMarshaller.For(rpc.InputType), MessageMarshaller.For(rpc.OutputType));
        context.AddUnaryMethod(method, [], (_, request, call) => failures.GuardAsync(rpc, handler, request, call));
    }

    private static RpcHandler Unimplemented(MethodDescriptor rpc) =>
        (_, _) => throw new RpcFailure(StatusCode.Unimplemented, $"method {rpc.Name} not implemented");
}
