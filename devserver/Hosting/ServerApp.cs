using System.Globalization;
using System.Net;
using Idp.DevServer.Engine;
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
internal static class ServerApp
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
            .AddSingleton(options.DynamicConfig)
            .AddTime(options)
            .AddPersistence(new StoreOptions(options.DatabaseFile, options.Pragmas))
            .AddNamespaces()
            .AddEngine()
            .AddVisibility()
            .AddSchedules()
            .AddGrpcFront();
        var app = builder.Build();
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
