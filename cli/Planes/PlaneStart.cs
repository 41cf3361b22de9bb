using Idp.Activities;
using Idp.Core;
using Idp.Storage;
using Idp.Storage.Regions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Idp.Cli.Planes;

/// <summary>What a process checks before it works, so that a mistake in the configuration ends in one clear line.</summary>
internal static class PlaneStart
{
    /// <summary>Checks the configuration, then brings the control database to this build's version.</summary>
    /// <exception cref="CliException">A file is missing or malformed, or the database is newer than this build.</exception>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        services.GetRequiredService<IStartupValidator>().Validate(); // The host would do it too, but with a stack trace.
        Check(services);
        try
        {
            await ControlDatabase.MigrateAsync(services.GetRequiredService<NpgsqlDataSource>(), cancellationToken);
        }
        catch (InvalidOperationException newer)
        {
            throw CliException.Usage(newer.Message, newer);
        }
    }

    /// <summary>Reads everything that options point to.</summary>
    public static void Check(IServiceProvider services)
    {
        _ = services.GetRequiredService<IOptions<PlaneOptions>>().Value; // All its errors at once.
        try
        {
            _ = services.GetRequiredService<TimeProvider>();
            _ = services.GetRequiredService<NpgsqlDataSource>();
            _ = services.GetRequiredService<RegionStores>();
            _ = services.GetRequiredService<RoundTrips>();
            _ = services.GetRequiredService<PolicyGate>();
        }
        catch (Exception failure) when (failure is InvalidOperationException or FormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"The configuration cannot be used: {failure.Message}", failure);
        }
    }
}
