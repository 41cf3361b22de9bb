using System.CommandLine;
using System.Collections.Immutable;
using System.Globalization;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;

namespace Idp.Cli.Commands;

internal static class GetCommand
{
    private static readonly Option<int> Limit = Arguments.Limit();

    private static readonly Option<string?> Dataset = new("--dataset", "-d") { Description = "Only this dataset's", HelpName = "NAME" };

    public static Command Create() => new Command("get", "List objects, regions, migrations, batches, alerts, advice, operations or decisions.").With(
        new Command("objects", "Objects and where they live, by name.").With(Limit, Dataset)
            .WithExamples("idp get objects --dataset users --limit 20").Runs(ObjectsAsync),
        new Command("regions", "Regions, their list prices, and how busy their servers are in this hour.")
            .WithExamples("idp get regions --json").Runs(RegionsAsync),
        new Command("migrations", "Migrations, newest first.").With(Limit, Dataset)
            .WithExamples("idp get migrations", "idp get migrations --limit 1000 --json").Runs(MigrationsAsync),
        new Command("alerts", "What somebody should look at, and what to do.").With(Limit)
            .WithExamples("idp get alerts", "idp get alerts --json").Runs(AlertsAsync),
        new Command("batches", "Groups of objects that travel in one saga, newest first.").With(Limit)
            .WithExamples("idp get batches --limit 20", "idp get batches --json").Runs(BatchesAsync),
        new Command("advice", "Replicas and tiers that controllers would change; there is no actuator for them yet.").With(Limit, Dataset)
            .WithExamples("idp get advice", "idp get advice --json").Runs(AdviceAsync),
        new Command("operations", "Operations as applications name them, how fresh their reads must be, and why; the busiest first.").With(Limit, Dataset)
            .WithExamples("idp get operations --dataset users", "idp get operations --json").Runs(OperationsAsync),
        new Command("decisions", "Decisions with their reasons, newest first.").With(Limit, Dataset)
            .WithExamples("idp get decisions --limit 20").Runs(DecisionsAsync))
        .WithExamples("idp get objects --dataset users", "idp get migrations --json");

    private static async Task<ExitCode> ObjectsAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var records = await plane.Get<Catalog>().ListObjectsAsync(DatasetOf(context), context.Value(Limit), afterKey: null, cancellationToken);
        Write(
            context,
            [.. records.Select(ObjectView.Of)],
            ["OBJECT", "REGION", "TIER", ">SIZE", ">ROWS", ">EPOCH", "LAST MOVED"],
            view => [view.Object.ToString(), view.Region.Value, view.Tier.ToString(), Text.Size(view.SizeBytes), Text.Count(view.RowCount), Text.Count(view.OwnerEpoch), Text.Moment(view.LastMovedAt)]);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> RegionsAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        Write(
            context,
            await plane.Get<RegionReader>().ReadAsync(cancellationToken),
            ["REGION", "JURISDICTION", ">HOT USD/GB/MONTH", ">EGRESS USD/GB", ">VCPU USD/H", ">SESSIONS", ">PEAK", ">VCPU", ">TX/S", ">CONNECTIONS"],
            region =>
            [
                region.Id.Value, region.Jurisdiction, Text.Usd(region.Prices.HotUsdPerGbMonth), Text.Usd(region.Prices.EgressUsdPerGb), Text.Usd(region.Prices.VcpuUsdPerHour),
                Measured(region.Load?.Sessions), Measured(region.Load?.PeakSessions), Measured((double?)region.Load?.Vcpus), Measured(region.Load?.TransactionsPerSecond),
                region.Load is { } load ? $"{Invariant(load.Connections)}/{Invariant(load.MaxConnections)}" : "-",
            ]);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> MigrationsAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var records = await plane.Get<MigrationLog>().ListAsync(context.Value(Limit), before: null, cancellationToken);
        Write<MigrationRecord>(
            context,
            Only(context, records, record => record.Object),
            ["MIGRATION", "OBJECT", "FROM", "TO", "PHASE", ">ROWS", ">SIZE", "VERIFIED", "STARTED", "BY", "LAST ERROR"],
            record =>
            [
                record.Id.Value, record.Object.ToString(), record.Source.Value, record.Target.Value, record.Phase.ToString(), Text.Count(record.RowCount),
                Text.Size(record.SizeBytes), record.IsVerified ? "yes" : "no", Text.Moment(record.StartedAt), record.RequestedBy, record.LastError ?? string.Empty,
            ]);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> BatchesAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        Write(
            context,
            await plane.Get<BatchLog>().ListAsync(context.Value(Limit), before: null, cancellationToken),
            ["BATCH", "DATASET", "FROM", "TO", ">OBJECTS", ">MOVED", ">ROLLED BACK", ">REFUSED", ">UNDER WAY", "CREATED", "ENDED", "BY"],
            batch =>
            [
                batch.Id.Value, batch.Dataset.Value, batch.Source.Value, batch.Target.Value, Text.Count(batch.Counts.Members), Text.Count(batch.Counts.Moved),
                Text.Count(batch.Counts.RolledBack), Text.Count(batch.Counts.Refused), Text.Count(batch.Counts.Open), Text.Moment(batch.CreatedAt), Text.Moment(batch.FinishedAt), batch.RequestedBy,
            ]);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> DecisionsAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var decisions = await plane.Get<DecisionLog>().ListAsync(context.Value(Limit), before: null, cancellationToken);
        Write(
            context,
            [.. Only(context, decisions, decision => decision.Object).Select(DecisionView.Of)],
            [">ID", "OBJECT", "OUTCOME", "FROM", "TO", ">USD/DAY", "DECIDED", "REASON"],
            view => [Invariant(view.Id), view.Object.ToString(), view.Outcome, view.From.Value, view.To.Value, Text.Usd(view.ValueUsdPerDay), Text.Moment(view.DecidedAt), view.Reason]);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> AdviceAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var advice = await plane.Get<AdviceReader>().ReadAsync(context.Value(Limit), cancellationToken);
        Write(
            context,
            Only(context, advice, change => change.Example),
            ["DATASET", "CHANGE", "FROM", "TO", ">OBJECTS", ">USD/DAY", ">ONCE USD", "ASKED FOR", "FOR EXAMPLE", "REASON"],
            change =>
            [
                change.Dataset.Value, change.Kind.ToString(), change.From.Value, change.Tier?.ToString() ?? change.To.Value, Text.Count(change.Objects),
                Text.Usd(change.ValueUsdPerDay), Text.Usd(change.OneOffUsd), change.IsForced ? "yes" : "no", change.Example.ToString(), change.Reason,
            ]);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> OperationsAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        Write(
            context,
            await plane.Get<OperationReader>().ReadAsync(DatasetOf(context), context.Value(Limit), cancellationToken),
            ["DATASET", "OPERATION", "READS MUST BE", "DECLARED", ">READS/DAY", ">WRITES/DAY", ">SAVES MS", ">USD/DAY", "REASON"],
            view =>
            [
                view.Dataset.Value, view.Operation, view.Level, view.Declared ?? "-", Text.Count((long)view.ReadsPerDay), Text.Count((long)view.WritesPerDay),
                Text.Ms(view.GainMsPerRead), Text.Usd(view.ValueUsdPerDay), view.Reason,
            ]);
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> AlertsAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        Write(
            context,
            await plane.Get<AlertLog>().ListAsync(onlyOpen: true, context.Value(Limit), cancellationToken),
            ["SEVERITY", "KIND", "SUBJECT", "SINCE", "DETAIL", "REMEDY"],
            alert => [alert.Severity.ToString(), alert.Kind, alert.Subject, Text.Moment(alert.Since), alert.Summary, alert.Remedy]);
        return ExitCode.Ok;
    }

    private static void Write<T>(CommandContext context, ImmutableArray<T> items, string[] columns, Func<T, string[]> row)
    {
        context.Data.Write(new Page<T>(items, Next: null), (console, page) => console.WriteRows(columns, page.Items.Select(row)));
        if (items.IsEmpty)
        {
            context.Error.WriteLine("idp: nothing to list.");
        }
    }

    private static ImmutableArray<T> Only<T>(CommandContext context, ImmutableArray<T> items, Func<T, ObjectId> object_) =>
        DatasetOf(context) is { } dataset ? [.. items.Where(item => object_(item).Dataset == dataset)] : items;

    private static DatasetId? DatasetOf(CommandContext context) => context.Value(Dataset) is not { } name ? null
        : DatasetId.TryParse(name, CultureInfo.InvariantCulture, out var dataset) ? dataset
        : throw CliException.Usage($"'{name}' is not a dataset name.");

    private static string Measured(double? value) => value is { } known ? known.ToString("0.##", CultureInfo.InvariantCulture) : "-";

    private static string Invariant(long id) => id.ToString(CultureInfo.InvariantCulture);
}
