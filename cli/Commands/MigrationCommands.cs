using System.CommandLine;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Spectre.Console;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Commands;

internal static class MigrationCommands
{
    private static readonly Argument<string> Id = new("migration") { Description = "A migration (m-…), or the object it moves", HelpName = "ID" };

    private static readonly Option<string> Note = new("--note") { Description = "Kept with what you do", HelpName = "TEXT", DefaultValueFactory = _ => string.Empty };

    public static Command Create()
    {
        var command = new Command("migration", "Look at a running migration, or act on it.")
            .With(new Command("status", "Phase, rows, what operators did, last error.").With(Id)
                .WithExamples("idp migration status m-3f9a1c0b7e2d", "idp migration status users/eu-1042 --json").Runs(StatusAsync))
            .With(MigrationWatchCommand.Create(), QuarantineCommands.Create())
            .WithExamples("idp migration watch all", "idp migration approve m-3f9a1c0b7e2d --note CHG-42", "idp migration revert users/eu-1042");
        foreach (var action in Enum.GetValues<MigrationAction>())
        {
            var name = action.ToString().ToLowerInvariant();
            command.Add(new Command(name, Describe(action)).With(Id, Note)
                .WithExamples($"idp migration {name} m-3f9a1c0b7e2d --note CHG-42")
                .Runs((context, cancellationToken) => ActAsync(action, context, cancellationToken)));
        }

        return command;
    }

    public static void Render(IAnsiConsole console, MigrationView view)
    {
        var migration = view.Migration;
        console.WriteText($"{migration.Id} moves {migration.Object} from {migration.Source} to {migration.Target}: {migration.Phase}");
        console.WriteText($"Asked by {migration.RequestedBy}, priority {migration.Priority}: {migration.Reason}");
        console.WriteText($"{Text.Count(migration.RowCount)} rows, {Text.Size(migration.SizeBytes)}, {(migration.IsVerified ? "verified" : "not verified yet")}");
        if (migration.FinishedAt is null)
        {
            console.WriteText($"Now: {MigrationLine.Of(migration)}");
        }

        if (view.Status is { } status)
        {
            console.WriteText(
                (status.IsPaused ? "Paused. " : string.Empty)
                + (status.WritePauseMs is { } pause ? $"Writes waited {Text.Ms(pause)} ms. " : string.Empty)
                + (status.LastNote is { } note ? $"Last word: {note.Operator}: {note.Note}" : string.Empty));
        }

        if (migration.LastError is { } error)
        {
            console.WriteText($"Last error: {error}");
            console.WriteText($"What to do: {migration.Remedy ?? view.Status?.Remedy ?? Remedies.For(kind: null, error, migration.Id)}");
        }

        console.WriteText(string.Empty);
        console.WriteRows(["PHASE", "ENTERED"], view.Phases.Select(phase => new[] { phase.Phase.ToString(), Text.Moment(phase.EnteredAt) }));
        if (migration.Verification is { } report)
        {
            Render(console, report);
        }
    }

    private static void Render(IAnsiConsole console, VerificationReport report)
    {
        console.WriteText(string.Empty);
        console.WriteText($"Both copies were compared in {Text.Duration(report.Took)}; {Text.Count(report.RepairedKeys)} keys were repaired.");
        console.WriteRows(
            ["TABLE", ">ROWS", ">CHUNKS", ">REPAIRED", "CHECKSUM"],
            report.Tables.Select(table => new[] { table.Table, Text.Count(table.RowCount), Text.Count(table.Chunks), Text.Count(table.RepairedKeys), table.Checksum }));
        if (!report.RepairedSample.IsEmpty)
        {
            console.WriteText($"Repaired: {string.Join(", ", report.RepairedSample)}");
        }
    }

    private static async Task<ExitCode> StatusAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var found = (await plane.Get<MigrationStarter>().FindAsync(context.Value(Id), cancellationToken)).Demand();
        context.Data.Write(await plane.Get<MigrationReader>().ReadAsync(found, cancellationToken), Render);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> ActAsync(MigrationAction action, CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var found = (await plane.Get<MigrationStarter>().FindAsync(context.Value(Id), cancellationToken)).Demand();
        var note = new OperatorNote(context.Operator, context.Value(Note)!);
        var status = (await plane.Get<MigrationOperator>().ActAsync(found, action, note, cancellationToken)).Demand();
        context.Data.Write(status, (console, now) => console.WriteText($"{action} accepted; {now.Id} is in phase {now.Phase}{(now.IsPaused ? ", paused" : string.Empty)}"));
        return ExitCode.Ok;
    }

    private static string Describe(MigrationAction action) => action switch
    {
        MigrationAction.Approve => "Let a migration begin that waits for approval.",
        MigrationAction.Reject => "Refuse a migration that waits for approval.",
        MigrationAction.Pause => "Stop it, a running copy within seconds; after the switch, keep the old copy.",
        MigrationAction.Resume => "Let a paused migration go on, or a parked one try the failed step again.",
        MigrationAction.Cancel => "Before the switch, also while parked or paused: back to the former state.",
        MigrationAction.Revert => "During grace: move the object back, without loss.",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "This action has no description."),
    };
}
