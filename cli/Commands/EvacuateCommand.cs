using System.CommandLine;
using System.Globalization;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Spectre.Console;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Commands;

internal static class EvacuateCommand
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly Argument<string> Region = new("region") { Description = "The region to empty", HelpName = "REGION" };

    private static readonly Option<string?> To = new("--to") { Description = "Where everything goes; the nearest allowed region of each object without", HelpName = "REGION" };

    private static readonly Option<string?> Dataset = new("--dataset", "-d") { Description = "Only this dataset's objects", HelpName = "NAME" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; kept with each migration", HelpName = "TEXT" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show what would go where, and change nothing" };

    private static readonly Option<bool> Wait = new("--wait") { Description = "Return when the region is empty, or as empty as it gets" };

    private static readonly Option<bool> Status = new("--status") { Description = "Show the region's last evacuation" };

    private static readonly Option<bool> Pause = new("--pause") { Description = "Cut no more batches; those under way go on" };

    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on" };

    private static readonly Option<bool> Cancel = new("--cancel") { Description = "Stop what has not committed, and lift the drain; what has moved stays" };

    public static Command Create() => new Command("evacuate", "Empty a region in batches, while its objects are in use; nothing new is placed there meanwhile.")
        .With(Region, To, Dataset, Reason, DryRun, Wait, Status, Pause, Resume, Cancel)
        .WithExamples(
            "idp evacuate us-east-1 --reason \"maintenance CHG-7\" --dry-run",
            "idp evacuate us-east-1 --reason \"maintenance CHG-7\" --wait",
            "idp evacuate us-east-1 --status",
            "idp evacuate us-east-1 --cancel")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var region = Arguments.ParseRegion(context.Value(Region));
        (Option<bool> Option, EvacuationAction Action)[] actions = [(Pause, EvacuationAction.Pause), (Resume, EvacuationAction.Resume), (Cancel, EvacuationAction.Cancel)];
        var asked = actions.Where(action => context.Value(action.Option)).Select(action => action.Action).ToArray();
        if (asked.Length + (context.Value(Status) ? 1 : 0) > 1)
        {
            throw CliException.Usage("--status, --pause, --resume and --cancel exclude each other.");
        }

        await using var plane = Plane.Open(context);
        var starter = plane.Get<EvacuationStarter>();
        if (context.Value(Status))
        {
            context.Data.Write((await starter.FindAsync(region, cancellationToken)).Demand(), Render);
            return ExitCode.Ok;
        }

        if (asked is [var act])
        {
            var note = new OperatorNote(context.Operator, context.Value(Reason) ?? string.Empty);
            var status = (await starter.ActAsync(region, act, note, cancellationToken)).Demand();
            context.Data.Write(status, (console, now) => console.WriteText($"{act} accepted; {now.Counts?.Moved ?? 0} objects have left {region}, {now.Counts?.Left ?? 0} are left"));
            return ExitCode.Ok;
        }

        var command = Command(context, region);
        if (command.DryRun)
        {
            context.Data.Write((await starter.PlanAsync(command, cancellationToken)).Demand(), Render);
            return ExitCode.Ok;
        }

        var started = (await starter.StartAsync(command, cancellationToken)).Demand();
        await context.Error.WriteLineAsync($"idp: {started.Evacuation.Request.Id} empties {region}: {started.Counts.Left} objects{(started.TemporalUi is { } page ? $", see {page}" : string.Empty)}");
        var ended = context.Value(Wait) ? await WaitAsync(starter, region, context.Error, cancellationToken) : started;
        context.Data.Write(ended, Render);
        return ended.Remainders.IsEmpty || !context.Value(Wait) ? ExitCode.Ok : ExitCode.Refused;
    }

    private static EvacuationCommand Command(CommandContext context, RegionId region) => new(
        region,
        context.Value(Reason) ?? throw CliException.Usage("Say why: --reason TEXT is kept with each migration."),
        context.Value(To) is { } to ? Arguments.ParseRegion(to) : null,
        context.Value(Dataset) is not { } name ? null
            : DatasetId.TryParse(name, CultureInfo.InvariantCulture, out var dataset) ? dataset
            : throw CliException.Usage($"'{name}' is not a dataset name."),
        context.Value(DryRun),
        context.Operator);

    private static async Task<EvacuationView> WaitAsync(EvacuationStarter starter, RegionId region, TextWriter talk, CancellationToken cancellationToken)
    {
        EvacuationCounts? shown = null;
        while (true)
        {
            var view = (await starter.FindAsync(region, cancellationToken)).Demand();
            if (view.Counts != shown)
            {
                shown = view.Counts;
                await talk.WriteLineAsync($"idp: {Progress(view)}");
            }

            if (view.Evacuation.FinishedAt is not null)
            {
                return view;
            }

            await Task.Delay(Period, TimeProvider.System, cancellationToken);
        }
    }

    private static string Progress(EvacuationView view) =>
        $"{Text.Count(view.Counts.Moved)} moved, {Text.Count(view.Counts.Left)} left ({Text.Size(view.Counts.LeftBytes)}), {Text.Count(view.Counts.Failed)} failed, {Text.Count(view.Counts.Denied)} denied"
        + (view.Status is { Eta: { } eta } && view.Counts.Left > 0 ? $", about {Text.Duration(eta)} to go" : string.Empty)
        + (view.Status?.WaitsFor is { } wait ? $"; waits: {wait}" : string.Empty);

    private static void Render(IAnsiConsole console, EvacuationView view)
    {
        var (request, _, _, finishedAt, endedAs) = view.Evacuation;
        console.WriteText($"{request.Id} empties {request.Region}{(request.Target is { } to ? $" to {to}" : string.Empty)}: {endedAs ?? (view.Status?.IsPaused is true ? "paused" : "running")}");
        console.WriteText($"Asked by {request.RequestedBy}: {request.Reason}");
        console.WriteText(Progress(view));
        if (finishedAt is not null && endedAs == "Done")
        {
            console.WriteText($"{request.Region} stays drained until 'idp region open {request.Region}'.");
        }

        if (!view.Remainders.IsEmpty)
        {
            console.WriteRows(
                ["STILL THERE", ">TRIES", "REASON", "REMEDY"],
                view.Remainders.Select(left => new[] { left.Object.ToString(), Text.Count(left.Attempts), left.Reason, left.Remedy }));
        }
    }

    private static void Render(IAnsiConsole console, EvacuationPlan plan)
    {
        console.WriteText($"{Text.Count(plan.Objects)} objects would leave {plan.Region}: {Text.Count(plan.Rows)} rows, {Text.Size(plan.SizeBytes)}, {plan.Batches} batches; {Text.Count(plan.DeniedCount)} have nowhere to go");
        console.WriteRows(
            ["TO", "DATASET", ">OBJECTS", ">ROWS", ">SIZE", ">BATCHES", ">ALONE"],
            plan.Targets.Select(target => new[] { target.To.Value, target.Dataset.Value, Text.Count(target.Objects), Text.Count(target.Rows), Text.Size(target.SizeBytes), Text.Count(target.Batches), Text.Count(target.Alone) }));
        BatchCommands.WriteDenials(console, plan.Denied);
    }
}
