using System.CommandLine;
using Idp.Activities;
using Idp.Api;
using Idp.Cli.Planes;
using Idp.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Idp.Cli.Commands;

internal static class ApiCommand
{
    public static Command Create() => new Command("api", "Run the HTTP API: routes, telemetry, migrations.")
        .WithExamples("idp api", "idp api --set Api:Urls=http://127.0.0.1:8080")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "idp-api" });
        builder.Configuration.AddIdpSettings(context);
        PlaneConfiguration.Demand(builder.Configuration, context.Installation);
        builder.Logging.AddIdpLines(builder.Configuration);

        builder.AddIdpTelemetry("idp-api");
        builder.Services
            .AddIdpPlane()
            .AddIdpTemporalClient()
            .AddIdpApi(context.Installation.TokenFile);
        builder.UseIdpKestrel();

        await using var app = builder.Build();
        app.MapIdpApi();
        await PlaneStart.PrepareAsync(app.Services, cancellationToken);
        await app.StartAsync(cancellationToken);
        await File.WriteAllTextAsync(context.Installation.ApiUrlFile, app.Urls.First(), cancellationToken);
        await context.Error.WriteLineAsync($"idp api listens on {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Ok;
    }
}
