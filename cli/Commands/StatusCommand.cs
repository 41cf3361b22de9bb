using System.CommandLine;
using System.Collections.Immutable;
using Idp.Cli.Checks;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core.Migrations;
using Idp.Storage;
using Spectre.Console;
using Temporalio.Client;
using Temporalio.Exceptions;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Commands;

internal static class StatusCommand
{
    private const int MaxAlerts = 20;

    public static Command Create() => new Command("status", "Show whether every part answers, what moves, and what the last loop decided.")
        .WithExamples("idp status", "idp status --json")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var checks = new PlaneChecks(plane, context.Installation);
        var database = checks.ControlDatabaseAsync(cancellationToken);
        var temporal = checks.TemporalAsync(cancellationToken);
        var results = await Task.WhenAll(
            [database, temporal, checks.WorkersAsync(cancellationToken), checks.ApiAsync(cancellationToken), .. checks.Regions(cancellationToken)]);

        var isDatabaseUp = (await database).State is not CheckState.Fail;
        var isTemporalUp = (await temporal).State is not CheckState.Fail;
        var view = new StatusView(
            [.. results],
            isTemporalUp ? await TickAsync(plane, cancellationToken) : null,
            isDatabaseUp ? await plane.Get<MigrationLog>().ListOpenAsync(cancellationToken) : [],
            isDatabaseUp ? await plane.Get<AlertLog>().ListAsync(onlyOpen: true, MaxAlerts, cancellationToken) : []);
        context.Data.Write(view, Render);
        return isDatabaseUp && isTemporalUp ? ExitCode.Ok : ExitCode.Unavailable;
    }

    private static async Task<LastTick?> TickAsync(Plane plane, CancellationToken cancellationToken)
    {
        try
        {
            return await LastTick.ReadAsync(plane.Get<ITemporalClient>(), cancellationToken);
        }
        catch (RpcException none) when (none.Code is RpcException.StatusCode.NotFound)
        {
            return null; // No worker has scheduled the loops yet.
        }
    }

    private static void Render(IAnsiConsole console, StatusView view)
    {
        CheckTable.Write(console, view.Checks);
        console.WriteText(string.Empty);
        console.WriteText(view.LastTick is { } tick
            ? $"Last tick: {Text.Duration(TimeProvider.System.GetUtcNow() - tick.StartedAt)} ago, {(tick.IsRunning ? "running" : tick.Outcomes is { } outcomes ? $"{outcomes}; {tick.Started} started" : "failed")}"
            : "Last tick: none yet");
        console.WriteText(view.OpenMigrations.IsEmpty ? "Migrations: none open" : $"Migrations: {Phases(view.OpenMigrations)}");
        foreach (var alert in view.Alerts)
        {
            console.WriteText($"Alert since {Text.Moment(alert.Since)}: {alert.Summary}; {alert.Remedy}");
        }
    }

    private static string Phases(ImmutableArray<MigrationRecord> open) => string.Join(", ", open
        .GroupBy(migration => migration.Phase)
        .OrderBy(group => group.Key)
        .Select(group => $"{group.Count()} {group.Key}"));
}
