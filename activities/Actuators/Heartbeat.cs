using Temporalio.Activities;

namespace Idp.Activities.Actuators;

/// <summary>Beats for an activity while it works, so that a dead worker is noticed and a cancellation is heard.</summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    /// <summary>Well below the heartbeat timeout of 8 s that the sagas ask for.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _beating;

    private Heartbeat(ActivityExecutionContext context) => _beating = BeatAsync(context, _stop.Token);

    public static Heartbeat Start(ActivityExecutionContext context) => new(context);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
    }

    private static async Task BeatAsync(ActivityExecutionContext context, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period);
        try
        {
            do
            {
                context.Heartbeat();
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The activity has ended.
        }
    }
}
