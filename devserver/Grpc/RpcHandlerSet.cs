namespace Idp.DevServer.Grpc;

/// <summary>The instances whose classes carry <see cref="RpcHandlersAttribute"/>.</summary>
internal sealed record RpcHandlerSet(IReadOnlyList<object> Instances);
