using Idp.DevServer.Engine.Matching;

namespace Idp.DevServer.Engine;

/// <summary>Brings open runs back before the server answers, and removes expired ones while it runs.</summary>
internal sealed class EngineHost(WorkflowEngine engine, QueueConfigs configs) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);
    private ITimer? _sweep;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        configs.Load();
        engine.Recover();
        _sweep = engine.Clock.CreateTimer(_ => _ = engine.RemoveExpiredAsync(), null, SweepInterval, SweepInterval);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _sweep?.Dispose();
}
