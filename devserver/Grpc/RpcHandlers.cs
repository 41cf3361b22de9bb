using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Idp.DevServer.Grpc;

/// <summary>Finds the methods of handler classes and fits them to RPCs.</summary>
internal static class RpcHandlers
{
    private static readonly MethodInfo FitMethod =
        typeof(RpcHandlers).GetMethod(nameof(Fit), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>The handlers of a service by RPC name.</summary>
    /// <exception cref="InvalidOperationException">An RPC has two methods, or a method has other types than its RPC.</exception>
    public static IReadOnlyDictionary<string, RpcHandler> Of(ServiceDescriptor service, IEnumerable<object> instances)
    {
        var handlers = new Dictionary<string, RpcHandler>(StringComparer.Ordinal);
        foreach (var instance in instances.Where(i => ServiceOf(i.GetType()) == service.FullName))
        {
            foreach (var method in instance.GetType().GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public))
            {
                if (service.FindMethodByName(method.Name) is not { } rpc)
                {
                    continue;
                }

                if (!handlers.TryAdd(method.Name, Bind(rpc, method, instance)))
                {
                    throw new InvalidOperationException($"{service.FullName}/{method.Name} has two handlers; one is {instance.GetType()}.");
                }
            }
        }

        return handlers;
    }

    private static string? ServiceOf(Type type) => type.GetCustomAttribute<RpcHandlersAttribute>()?.Service;

    private static RpcHandler Bind(MethodDescriptor rpc, MethodInfo method, object instance)
    {
        var request = rpc.InputType.ClrType;
        var response = rpc.OutputType.ClrType;
        if (method.ReturnType != typeof(Task<>).MakeGenericType(response)
            || !method.GetParameters().Select(p => p.ParameterType).SequenceEqual([request, typeof(RpcContext)]))
        {
            throw new InvalidOperationException(
                $"{instance.GetType()}.{method.Name} must be Task<{response.Name}> {method.Name}({request.Name}, {nameof(RpcContext)}).");
        }

        return (RpcHandler)FitMethod.MakeGenericMethod(request, response).Invoke(null, [method, instance])!;
    }

    private static RpcHandler Fit<TRequest, TResponse>(MethodInfo method, object instance)
        where TRequest : IMessage
        where TResponse : IMessage
    {
        var call = method.CreateDelegate<Func<TRequest, RpcContext, Task<TResponse>>>(method.IsStatic ? null : instance);
        return async (request, context) => await call((TRequest)request, context);
    }
}
