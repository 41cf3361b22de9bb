using Idp.Activities;
using Idp.Testing.Planes;
using Idp.Workflows.Contracts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Temporalio.Testing;

namespace Idp.Api.Tests;

/// <summary>A worker's own activities on a clock of the test's, called one by one.</summary>
internal sealed class LoopHost : IDisposable
{
    private readonly IHost _host;

    public LoopHost(PlaneFixture plane, TimeProvider clock)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(plane.Settings);
        builder.Services.AddIdpPlane().AddIdpActivities().AddSingleton(clock);
        _host = builder.Build();
    }

    public IServiceProvider Services => _host.Services;

    public Task<T> RunAsync<T>(Func<ILoopActivities, Task<T>> activity) =>
        new ActivityEnvironment().RunAsync(() => activity(Services.GetRequiredService<ILoopActivities>()));

    public Task RunAsync(Func<ILoopActivities, Task> activity) =>
        new ActivityEnvironment().RunAsync(() => activity(Services.GetRequiredService<ILoopActivities>()));

    public Task AdviseAsync(LoopTick tick) =>
        RunAsync(async loop => await loop.AdviseAsync(new ProposeStep(tick, (await loop.CollectAsync(tick)).SnapshotId)));

    public void Dispose() => _host.Dispose();
}
