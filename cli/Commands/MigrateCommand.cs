using System.CommandLine;
using System.Globalization;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;

namespace Idp.Cli.Commands;

internal static class MigrateCommand
{
    private static readonly Argument<string?> Object = new("object")
    {
        Description = "An object, as dataset/key; none with --dataset", HelpName = "OBJECT", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> To = new("--to") { Description = "The region to move to", HelpName = "REGION", Required = true };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why; kept with the migration", HelpName = "TEXT", Required = true };

    private static readonly Option<bool> Approval = new("--approval") { Description = "Touch nothing before an operator approves" };

    private static readonly Option<int> Priority = new("--priority")
    {
        Description = "From 1, the most urgent, to 5: who goes first when slots are short",
        HelpName = "N",
        DefaultValueFactory = _ => MigrationRequest.DefaultPriority,
    };

    private static readonly Option<bool> Wait = new("--wait") { Description = "Return when everything has moved, or has ended" };

    private static readonly Option<string?> Dataset = new("--dataset", "-d") { Description = "Many objects: of this dataset", HelpName = "NAME" };

    private static readonly Option<string?> From = new("--from") { Description = "Many objects: only those in this region", HelpName = "REGION" };

    private static readonly Option<string?> Match = new("--match") { Description = "Many objects: only keys that match, with * and ?", HelpName = "GLOB" };

    private static readonly Option<FileInfo?> Keys = new("--keys") { Description = "Many objects: only the keys in this file, one a line", HelpName = "FILE" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Many objects: show what would move, and change nothing" };

    public static Command Create() => new Command("migrate", "Move one object, or many of a dataset, to another region while they are in use.")
        .With(Object, To, Reason, Approval, Priority, Wait, Dataset, From, Match, Keys, DryRun)
        .WithExamples(
            "idp migrate users/eu-1042 --to eu-west-1 --reason \"moved to Dublin\" --wait",
            "idp migrate users/eu-1042 --to us-east-1 --reason CHG-42 --approval",
            "idp migrate --dataset users --from us-east-1 --match 'eu-*' --to eu-west-1 --reason CHG-43 --dry-run",
            "idp migrate --dataset users --keys moved.txt --to eu-west-1 --reason CHG-44 --wait")
        .Runs(RunAsync);

    private static Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        (context.Parse.GetValue(Object), context.Value(Dataset)) switch
        {
            ({ } single, null) when context.Value(From) is null && context.Value(Match) is null && context.Value(Keys) is null && !context.Value(DryRun) =>
                RunOneAsync(context, Arguments.ParseObject(single), cancellationToken),
            ({ }, null) => throw CliException.Usage("--from, --match, --keys and --dry-run choose among the objects of a --dataset."),
            (null, { } dataset) => RunManyAsync(context, dataset, cancellationToken),
            _ => throw CliException.Usage("Name either one object, or many with --dataset."),
        };

    private static async Task<ExitCode> RunOneAsync(CommandContext context, ObjectId id, CancellationToken cancellationToken)
    {
        var target = Arguments.ParseRegion(context.Value(To)!);
        await using var plane = Plane.Open(context);
        var request = new MigrationRequest(
            MigrationStarter.NewId(), id, target, context.Operator, context.Value(Reason)!, DecisionId: null, context.Value(Approval), context.Value(Priority));
        var started = (await plane.Get<MigrationStarter>().StartAsync(request, cancellationToken)).Demand();
        await context.Error.WriteLineAsync($"idp: {started.MigrationId} moves {id} to {target}{(started.TemporalUi is { } page ? $", see {page}" : string.Empty)}");
        if (!context.Value(Wait))
        {
            context.Data.Write(started, (console, start) => console.WriteText(start.MigrationId.Value));
            return ExitCode.Ok;
        }

        var ended = await new MigrationWatch(plane, context.Error).WaitAsync(request, cancellationToken);
        context.Data.Write(ended, MigrationCommands.Render);
        return ended.Migration.Phase switch
        {
            MigrationPhase.RolledBack => ExitCode.Refused,
            MigrationPhase.Failed when ended.Phases.All(IsBeforeTheFirstRow) => ExitCode.Refused,
            MigrationPhase.Failed => ExitCode.Failed,
            _ => ExitCode.Ok,
        };
    }

    private static bool IsBeforeTheFirstRow(MigrationPhaseRecord record) =>
        record.Phase is MigrationPhase.AwaitingApproval or MigrationPhase.Preparing or MigrationPhase.RollingBack or MigrationPhase.Failed;

    private static async Task<ExitCode> RunManyAsync(CommandContext context, string dataset, CancellationToken cancellationToken)
    {
        if (!DatasetId.TryParse(dataset, CultureInfo.InvariantCulture, out var name))
        {
            throw CliException.Usage($"'{dataset}' is not a dataset name.");
        }

        var command = new BatchCommand(
            name,
            Arguments.ParseRegion(context.Value(To)!),
            context.Value(Reason)!,
            context.Value(From) is { } from ? Arguments.ParseRegion(from) : null,
            context.Value(Match),
            context.Value(Keys) is { } file ? [.. await ReadKeysAsync(file, cancellationToken)] : null,
            context.Value(Approval),
            context.Value(DryRun),
            context.Operator);
        await using var plane = Plane.Open(context);
        var started = TimeProvider.System.GetTimestamp();
        var plan = (await plane.Get<BatchStarter>().StartAsync(command, idempotencyKey: null, cancellationToken)).Demand();
        if (command.DryRun || !context.Value(Wait))
        {
            context.Data.Write(plan, BatchCommands.Render);
            return ExitCode.Ok;
        }

        var report = await new BatchWatch(plane, context.Error).WaitAsync(plan, started, cancellationToken);
        context.Data.Write(report, BatchCommands.Render);
        return report.Moved == report.Objects ? ExitCode.Ok : ExitCode.Refused;
    }

    private static async Task<IEnumerable<string>> ReadKeysAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllLinesAsync(file.FullName, cancellationToken)).Select(line => line.Trim()).Where(line => line.Length > 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"The keys cannot be read: {failure.Message}", failure);
        }
    }
}
