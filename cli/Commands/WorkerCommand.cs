using System.CommandLine;
using Idp.Activities;
using Idp.Cli.Planes;
using Idp.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Temporalio.Client;

namespace Idp.Cli.Commands;

internal static class WorkerCommand
{
    public static Command Create() => new Command("worker", "Run a worker: control loops, migrations, copies. Run three for high availability.")
        .WithExamples("idp worker", "idp worker --data /srv/idp --set Worker:MaxConcurrentMovers=16")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "idp-worker" });
        builder.Configuration.AddIdpSettings(context);
        PlaneConfiguration.Demand(builder.Configuration, context.Installation);
        builder.Logging.AddIdpLines(builder.Configuration);

        builder.AddIdpTelemetry("idp-worker");
        builder.Services
            .AddIdpPlane()
            .AddIdpActivities()
            .AddIdpWorker();

        using var host = builder.Build();
        await PlaneStart.PrepareAsync(host.Services, cancellationToken);
        await host.Services.GetRequiredService<ITemporalClient>().Connection.ConnectAsync(); // Else the host would fail with a stack trace.
        await host.RunAsync(cancellationToken);
        return ExitCode.Ok;
    }
}
