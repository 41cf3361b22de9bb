using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Grpc;
using Temporalio.Api.TestService.V1;

namespace Idp.DevServer.Time;

/// <summary>Lets tests skip time.</summary>
[RpcHandlers(RpcHandlersAttribute.TestService)]
internal sealed class TestServiceHandlers(SkippingClock clock, TimeSkipper skipper)
{
    public Task<LockTimeSkippingResponse> LockTimeSkipping(LockTimeSkippingRequest request, RpcContext context)
    {
        skipper.Lock();
        return Task.FromResult(new LockTimeSkippingResponse());
    }

    public Task<UnlockTimeSkippingResponse> UnlockTimeSkipping(UnlockTimeSkippingRequest request, RpcContext context)
    {
        skipper.Unlock();
        return Task.FromResult(new UnlockTimeSkippingResponse());
    }

    public async Task<SleepResponse> Sleep(SleepRequest request, RpcContext context)
    {
        await skipper.SleepUntilAsync(clock.GetUtcNow() + LengthOf(request), context.CancellationToken);
        return new SleepResponse();
    }

    public async Task<SleepResponse> SleepUntil(SleepUntilRequest request, RpcContext context)
    {
        // No time at all is the epoch, as in any protobuf message.
        await skipper.SleepUntilAsync((request.Timestamp ?? new Timestamp()).ToDateTimeOffset(), context.CancellationToken);
        return new SleepResponse();
    }

    public async Task<SleepResponse> UnlockTimeSkippingWithSleep(SleepRequest request, RpcContext context)
    {
        var until = clock.GetUtcNow() + LengthOf(request);
        skipper.Unlock();
        try
        {
            await skipper.SleepUntilAsync(until, context.CancellationToken);
        }
        finally
        {
            skipper.Lock();
        }

        return new SleepResponse();
    }

    public Task<GetCurrentTimeResponse> GetCurrentTime(Empty request, RpcContext context) =>
        Task.FromResult(new GetCurrentTimeResponse { Time = Timestamp.FromDateTimeOffset(clock.GetUtcNow()) });

    private static TimeSpan LengthOf(SleepRequest request) => request.Duration?.ToTimeSpan() ?? TimeSpan.Zero;
}
