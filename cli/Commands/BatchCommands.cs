using System.CommandLine;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Spectre.Console;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Commands;

internal static class BatchCommands
{
    private static readonly Argument<string> Id = new("batch") { Description = "A batch (b-…)", HelpName = "ID" };

    private static readonly Option<string> Note = new("--note") { Description = "Kept with what you do", HelpName = "TEXT", DefaultValueFactory = _ => string.Empty };

    public static Command Create()
    {
        var command = new Command("batch", "Look at objects that travel in one saga, or act on all of them.")
            .With(new Command("status", "Phase, counts, and what became of each member.").With(Id)
                .WithExamples("idp batch status b-3f9a1c0b7e2d-00001", "idp batch status b-3f9a1c0b7e2d-00001 --json").Runs(StatusAsync))
            .WithExamples("idp batch pause b-3f9a1c0b7e2d-00001 --note CHG-42", "idp batch revert b-3f9a1c0b7e2d-00001");
        foreach (var action in Enum.GetValues<MigrationAction>())
        {
            var name = action.ToString().ToLowerInvariant();
            command.Add(new Command(name, Describe(action)).With(Id, Note)
                .WithExamples($"idp batch {name} b-3f9a1c0b7e2d-00001 --note CHG-42")
                .Runs((context, cancellationToken) => ActAsync(action, context, cancellationToken)));
        }

        return command;
    }

    public static void Render(IAnsiConsole console, BatchPlan plan)
    {
        console.WriteText($"{Text.Count(plan.Objects)} objects of {plan.Dataset} to {plan.To}: {Text.Count(plan.Rows)} rows, {Text.Size(plan.SizeBytes)}, in {plan.Groups.Length} batches and {plan.Alone.Length} alone");
        if (plan.AlreadyThere + plan.Unknown + plan.DeniedCount > 0)
        {
            console.WriteText($"{Text.Count(plan.AlreadyThere)} are there already, {Text.Count(plan.Unknown)} unknown, {Text.Count(plan.DeniedCount)} kept by policies");
        }

        console.WriteRows(
            ["BATCH", "FROM", ">OBJECTS", ">ROWS", ">SIZE"],
            plan.Groups.Select(group => new[] { group.Batch?.Value ?? "-", group.From.Value, Text.Count(group.Objects), Text.Count(group.Rows), Text.Size(group.SizeBytes) }));
        WriteDenials(console, plan.Denied);
        if (!plan.Alone.IsEmpty)
        {
            console.WriteRows(
                ["ALONE", ">SIZE", "MIGRATION", "REASON"],
                plan.Alone.Select(single => new[] { single.Object.ToString(), Text.Size(single.SizeBytes), single.Migration?.Value ?? "-", single.Refusal ?? string.Empty }));
        }
    }

    public static void Render(IAnsiConsole console, BatchReport report)
    {
        console.WriteText(
            $"{Text.Count(report.Moved)} of {Text.Count(report.Objects)} moved in {report.Seconds:F1} s ({report.ObjectsPerSecond:F1} objects/s); {report.RolledBack} rolled back, {report.Refused} refused");
        WriteMembers(console, report.Failures);
    }

    public static void WriteDenials(IAnsiConsole console, IReadOnlyCollection<BatchDenial> denied)
    {
        if (denied.Count > 0)
        {
            console.WriteRows(["KEPT WHERE IT IS", "REASON"], denied.Select(denial => new[] { denial.Object.ToString(), denial.Reason }));
        }
    }

    private static void Render(IAnsiConsole console, BatchView view)
    {
        var batch = view.Batch;
        var phase = view.Status?.Phase.ToString() ?? (batch.FinishedAt is not null ? "ended" : batch.BegunAt is null ? "not begun" : "under way");
        console.WriteText($"{batch.Id} moves {batch.Counts.Members} objects of {batch.Dataset} from {batch.Source} to {batch.Target}: {phase}");
        console.WriteText($"Asked by {batch.RequestedBy}: {batch.Reason}");
        console.WriteText($"{batch.Counts.Open} under way, {batch.Counts.Moved} moved, {batch.Counts.RolledBack} rolled back, {batch.Counts.Refused} refused");
        if (view.Status is { } status)
        {
            console.WriteText(
                (status.IsPaused ? "Paused. " : string.Empty)
                + (status.WaitsFor is { } wait ? $"Waits: {wait}. " : string.Empty)
                + (status.MaxWritePauseMs is { } pause ? $"Writes waited at most {Text.Ms(pause)} ms. " : string.Empty)
                + (status.LastNote is { } note ? $"Last word: {note.Operator}: {note.Note}" : string.Empty));
        }

        WriteMembers(console, view.Members);
    }

    private static void WriteMembers(IAnsiConsole console, IReadOnlyCollection<BatchMember> members)
    {
        if (members.Count > 0)
        {
            console.WriteRows(
                ["OBJECT", "MIGRATION", "PHASE", "REASON"],
                members.Select(member => new[] { member.Object.ToString(), member.Migration.Value, member.Refusal is null ? member.Phase?.ToString() ?? "-" : "refused", member.Refusal ?? member.LastError ?? string.Empty }));
        }
    }

    private static async Task<ExitCode> StatusAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var batches = plane.Get<BatchOperator>();
        var found = (await batches.FindAsync(context.Value(Id), cancellationToken)).Demand();
        context.Data.Write(await batches.ReadAsync(found, cancellationToken), Render);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> ActAsync(MigrationAction action, CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var batches = plane.Get<BatchOperator>();
        var found = (await batches.FindAsync(context.Value(Id), cancellationToken)).Demand();
        var note = new OperatorNote(context.Operator, context.Value(Note)!);
        var status = (await batches.ActAsync(found, action, note, cancellationToken)).Demand();
        context.Data.Write(status, (console, now) => console.WriteText($"{action} accepted; {now.Id} is in phase {now.Phase}{(now.IsPaused ? ", paused" : string.Empty)}"));
        return ExitCode.Ok;
    }

    private static string Describe(MigrationAction action) => action switch
    {
        MigrationAction.Approve => "Let a batch begin that waits for approval.",
        MigrationAction.Reject => "Refuse a batch that waits for approval.",
        MigrationAction.Pause => "Stop before the next phase; the running one finishes.",
        MigrationAction.Resume => "Let a paused batch go on.",
        MigrationAction.Cancel => "Before the switches: back to the former state; members that have committed stay moved.",
        MigrationAction.Revert => "During grace: move every member back, without loss. One alone: idp migration revert m-…",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "This action has no description."),
    };
}
