using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Idp.DevServer.Grpc;

/// <summary>Turns what a handler throws into a status with its details.</summary>
internal sealed partial class RpcFailures(IHostApplicationLifetime lifetime, ILogger<RpcFailures> log)
{
    private const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Runs a handler; whatever it throws becomes the call's status.</summary>
    public async Task<IMessage> GuardAsync(MethodDescriptor rpc, RpcHandler handler, IMessage request, ServerCallContext call)
    {
        // A poll would otherwise hold the shutdown for a minute.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            return await handler(request, new RpcContext(call.RequestHeaders, DeadlineOf(call), ending.Token));
        }
        catch (RpcFailure failure)
        {
            throw Translate(failure);
        }
        catch (OperationCanceledException) when (call.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "context canceled"));
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the server is stopping"));
        }
        catch (Exception ours) when (ours is not RpcException)
        {
            // Our own mistake ends one call, not the server.
            LogFailed(rpc.FullName, ours);
            throw new RpcException(new Status(StatusCode.Internal, $"{rpc.Name}: {ours.GetType().Name}: {ours.Message}"));
        }
    }

    private static DateTimeOffset? DeadlineOf(ServerCallContext call) =>
        call.Deadline == DateTime.MaxValue ? null : new DateTimeOffset(call.Deadline);

    private static RpcException Translate(RpcFailure failure)
    {
        var trailers = new Metadata();
        if (failure.Detail is { } detail)
        {
            var status = new Google.Rpc.Status { Code = (int)failure.Code, Message = failure.Message, Details = { Any.Pack(detail) } };
            trailers.Add(DetailsTrailer, status.ToByteArray());
        }

        return new RpcException(new Status(failure.Code, failure.Message), trailers);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Rpc} failed.")]
    private partial void LogFailed(string rpc, Exception failure);
}
