using Grpc.Core;
using Idp.DevServer.Grpc;
using Temporalio.Api.ErrorDetails.V1;

namespace Idp.DevServer.Namespaces;

internal static class NamespaceErrors
{
    public static RpcFailure NotFound(string name) =>
        new(StatusCode.NotFound, $"Namespace {name} is not found.", new NamespaceNotFoundFailure { Namespace = name });

    public static RpcFailure AlreadyExists(string name) =>
        new(StatusCode.AlreadyExists, $"Namespace \"{name}\" already exists", new NamespaceAlreadyExistsFailure());

    public static RpcFailure NotSet() => RpcFailure.InvalidArgument("Namespace not set on request.");
}
