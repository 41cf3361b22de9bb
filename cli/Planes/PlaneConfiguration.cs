using Idp.Activities;
using Microsoft.Extensions.Configuration;

namespace Idp.Cli.Planes;

/// <summary>The settings of one process: idp.json, then the environment, then the command line.</summary>
internal static class PlaneConfiguration
{
    /// <exception cref="InvalidDataException">idp.json is not valid JSON.</exception>
    public static void AddIdpSettings(this IConfigurationBuilder configuration, CommandContext context)
    {
        configuration.AddJsonFile(context.Installation.ConfigFile, optional: true, reloadOnChange: false);
        configuration.AddEnvironmentVariables();
        configuration.AddInMemoryCollection(context.Settings
            .Select(setting => setting.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0].Replace("__", ":", StringComparison.Ordinal), (string?)pair[1])));
    }

    /// <exception cref="CliException">There is nothing to work with.</exception>
    public static void Demand(IConfiguration configuration, IdpHome home)
    {
        if (!File.Exists(home.ConfigFile) && string.IsNullOrEmpty(configuration[$"{PlaneOptions.Section}:ControlDatabase"]))
        {
            throw CliException.Usage(
                $"Nothing is configured: there is no {home.ConfigFile}, and Idp__ControlDatabase is not set. Start with 'idp demo', or name the data folder with --data.");
        }
    }
}
