using Idp.Activities;
using Idp.Api;
using Idp.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Idp.Cli.Planes;

/// <summary>The control plane as one command uses it: configured, checked, connected on first use.</summary>
internal sealed class Plane : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Plane(ServiceProvider services) => _services = services;

    /// <exception cref="CliException">The configuration cannot be used.</exception>
    public static Plane Open(CommandContext context)
    {
        var plane = OpenUnchecked(context);
        PlaneConfiguration.Demand(plane.Get<IConfiguration>(), context.Installation);
        PlaneStart.Check(plane._services);
        return plane;
    }

    /// <summary>For commands whose job is to look at the configuration.</summary>
    public static Plane OpenUnchecked(CommandContext context)
    {
        var configuration = new ConfigurationBuilder();
        configuration.AddIdpSettings(context);
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(_ => configuration.Build());
        services.AddLogging();
        services.AddIdpPlane();
        services.AddIdpTemporalClient();
        services.AddIdpOperations();
        services.AddSingleton<Datasets.DatasetAdopter>();
        services.AddSingleton<Datasets.DatasetReleaser>();
        return new Plane(services.BuildServiceProvider());
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public void Check() => PlaneStart.Check(_services);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
