using System.CommandLine;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Storage;
using Idp.Workflows.Contracts;

namespace Idp.Cli.Commands;

internal static class QuarantineCommands
{
    private const int MaxRows = 1_000;

    private static readonly Argument<long> Id = new("number") { Description = "As 'list' shows it", HelpName = "NUMBER" };

    private static readonly Option<bool> All = new("--all") { Description = "Also those that are over or were lifted" };

    private static readonly Option<string> Note = new("--note") { Description = "Why; kept with your name", HelpName = "TEXT", Required = true };

    public static Command Create() => new Command("quarantine", "Migrations that are refused, since a similar one has failed.").With(
            new Command("list", "What is refused, since when, why and until when.").With(All)
                .WithExamples("idp migration quarantine list", "idp migration quarantine list --all --json").Runs(ListAsync),
            new Command("lift", "Permit them again, by this dataset's route.").With(Id, Note)
                .WithExamples("idp migration quarantine lift 12 --note \"disk enlarged, CHG-42\"").Runs(LiftAsync))
        .WithExamples("idp migration quarantine list");

    private static async Task<ExitCode> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var records = await plane.Get<MigrationLog>().ListQuarantineAsync(onlyOpen: !context.Value(All), MaxRows, cancellationToken);
        context.Data.Write(new Page<QuarantineRecord>(records, Next: null), (console, page) => console.WriteRows(
            [">NUMBER", "DATASET", "FROM", "TO", "MIGRATION", "SINCE", "UNTIL", "LIFTED BY", "LAST ERROR"],
            page.Items.Select(record => new[]
            {
                record.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), record.Dataset.Value, record.Source.Value, record.Target.Value, record.Migration.Value,
                Text.Moment(record.Since), Text.Moment(record.Until), record.LiftedBy is { } by ? $"{by}: {record.LiftNote}" : "-", record.Error,
            })));
        if (records.IsEmpty)
        {
            await context.Error.WriteLineAsync("idp: nothing is refused.");
        }

        return ExitCode.Ok;
    }

    private static async Task<ExitCode> LiftAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var note = new OperatorNote(context.Operator, context.Value(Note)!);
        var lifted = (await plane.Get<QuarantineLifter>().LiftAsync(context.Value(Id), note, cancellationToken)).Demand();
        context.Data.Write(lifted, (console, record) => console.WriteText(
            $"Migrations of {record.Dataset} from {record.Source} to {record.Target} are permitted{(record.LiftedBy is { } by ? $"; lifted by {by}: {record.LiftNote}" : ", since the quarantine is over")}"));
        return ExitCode.Ok;
    }
}
