namespace Idp.DevServer.Schedules.Runtime;

/// <summary>Takes schedules up at start; registered after the engine, whose runs they start and follow.</summary>
internal sealed class ScheduleRecovery(ScheduleDirectory schedules) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => schedules.RecoverAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
