using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Grpc.Core;

namespace Idp.DevServer.Grpc;

/// <summary>Ends a call with a status; a detail travels in <c>grpc-status-details-bin</c>.</summary>
/// <param name="code">The code that the genuine server answers.</param>
/// <param name="message">The message that the genuine server answers.</param>
/// <param name="detail">A message of <c>Temporalio.Api.ErrorDetails.V1</c>, where the genuine server sends one.</param>
[SuppressMessage("Naming", "CA1710", Justification = "An answer that a handler throws, not a fault.")]
public sealed class RpcFailure(StatusCode code, string message, IMessage? detail = null) : Exception(message)
{
    public StatusCode Code { get; } = code;

    public IMessage? Detail { get; } = detail;

    public static RpcFailure InvalidArgument(string message) => new(StatusCode.InvalidArgument, message);
}
