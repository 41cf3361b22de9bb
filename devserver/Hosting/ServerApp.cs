using System.Globalization;
using System.Net;
using Idp.DevServer.Engine;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Persistence;
using Idp.DevServer.Schedules;
using Idp.DevServer.Time;
using Idp.DevServer.Visibility;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging.Console;

namespace Idp.DevServer.Hosting;

/// <summary>Composes the server.</summary>
internal static partial class ServerApp
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    public static WebApplication Build(ServerOptions options)
    {
        // Empty: the folder we happen to start in, and variables meant for other servers, must not change this one.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "idp-devserver" });
        builder.WebHost.UseServer(options);
        AddLog(builder.Logging, options);
        builder.Services
            .Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout)
            .AddRouting()
            .AddSingleton(options)
            .AddSingleton(ServerFeatures.Read(options.DynamicConfig))
            .AddSingleton(EngineLimits.Read(options.DynamicConfig))
            .AddSingleton(MatchingOptions.Read(options.DynamicConfig))
            .AddTime(options)
            .AddPersistence(new StoreOptions(options.DatabaseFile, options.Pragmas))
            .AddNamespaces()
            .AddEngine()
            .AddVisibility()
            .AddSchedules()
            .AddGrpcFront();
        var app = builder.Build();
        Warn(app.Logger, options.DynamicConfig);
        app.MapGrpcFront();
        return app;
    }

    /// <summary>Says where the server listens, once it does.</summary>
    public static string StartMessage(WebApplication app, ServerOptions options)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var listening = new IPEndPoint(options.Ip, new Uri(address).Port).ToString();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Temporal Server:      {listening}{(options.TlsCertificateFile is null ? string.Empty : " (TLS)")}
            Temporal Persistence: {options.DatabaseFile ?? "temporary"}
            """);
    }

    // As the genuine server does for a value that it cannot use; a key without use would otherwise be missed.
    private static void Warn(ILogger log, DynamicConfig config)
    {
        foreach (var (key, type) in config.Unfit)
        {
            LogUnfit(log, key, type);
        }

        foreach (var key in config.Unknown)
        {
            LogUnknown(log, key);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to convert value, using default: the value of dynamic config key {Key} is not {Type}.")]
    private static partial void LogUnfit(ILogger log, string key, string type);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dynamic config key {Key} has no effect on this server.")]
    private static partial void LogUnknown(ILogger log, string key);

    private static void AddLog(ILoggingBuilder log, ServerOptions options)
    {
        log.SetMinimumLevel(options.LogLevel)
            .AddFilter("Microsoft", options.LogLevel < LogLevel.Warning ? LogLevel.Warning : options.LogLevel)
            .AddFilter("Grpc", options.LogLevel < LogLevel.Error ? LogLevel.Error : options.LogLevel)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.None);

        // Standard output belongs to the start message.
        log.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.LogsJson)
        {
            log.AddJsonConsole(json => json.TimestampFormat = "O");
        }
        else
        {
            log.AddSimpleConsole(text => (text.SingleLine, text.TimestampFormat) = (true, "HH:mm:ss.fff "));
        }
    }
}
