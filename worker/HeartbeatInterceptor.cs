using Temporalio.Activities;
using Temporalio.Worker.Interceptors;

namespace Idp.Worker;

/// <summary>Beats for every activity that asks for heartbeats, so that a dead worker is noticed and a cancellation is heard.</summary>
/// <remarks>An activity that hangs still beats; its start-to-close time-out ends it.</remarks>
internal sealed class HeartbeatInterceptor : IWorkerInterceptor
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor);

    private sealed class Inbound(ActivityInboundInterceptor next) : ActivityInboundInterceptor(next)
    {
        public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
        {
            var context = ActivityExecutionContext.Current;
            if (context.Info.HeartbeatTimeout is null)
            {
                return await base.ExecuteActivityAsync(input);
            }

            using var ended = new CancellationTokenSource();
            var beating = BeatAsync(context, ended.Token);
            try
            {
                return await base.ExecuteActivityAsync(input);
            }
            finally
            {
                await ended.CancelAsync();
                await beating;
            }
        }

        private static async Task BeatAsync(ActivityExecutionContext context, CancellationToken ended)
        {
            using var timer = new PeriodicTimer(Period);
            try
            {
                while (await timer.WaitForNextTickAsync(ended))
                {
                    context.Heartbeat();
                }
            }
            catch (OperationCanceledException)
            {
                // The activity has ended.
            }
        }
    }
}
