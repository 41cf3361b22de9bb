using Idp.DevServer.Hosting;

namespace Idp.DevServer.Time;

/// <summary>Shows the skipper what can be busy, once all of it exists: those parts need the clock themselves.</summary>
internal sealed class SkippingStart(TimeSkipper skipper, IEnumerable<IActivityGauge> gauges, ServerOptions options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        skipper.Watch([.. gauges]);
        if (options.StartsUnlocked)
        {
            skipper.Unlock();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
