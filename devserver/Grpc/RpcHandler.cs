using Google.Protobuf;

namespace Idp.DevServer.Grpc;

/// <summary>Answers one RPC, whatever its types.</summary>
internal delegate Task<IMessage> RpcHandler(IMessage request, RpcContext context);
