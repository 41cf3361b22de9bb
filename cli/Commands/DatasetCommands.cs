using System.CommandLine;
using Idp.Activities;
using Idp.Cli.Datasets;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core;
using Idp.Core.Decisions;
using Idp.Policies;
using Idp.Storage;
using Idp.Storage.Regions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Idp.Cli.Commands;

internal static class DatasetCommands
{
    private static readonly Argument<string> File = new("file") { Description = "A data_object declaration in YAML", HelpName = "FILE" };

    private static readonly Option<OperatingMode?> Mode = new("--mode", "-m")
    {
        Description = "How much loops may do by themselves; default: as before, advise at first",
        HelpName = "observe|advise|approve|auto",
    };

    private static readonly Option<bool> Check = new("--check") { Description = "Change nothing; say what fits and what stands against it, and show the SQL" };

    private static readonly Argument<string> Name = new("dataset") { Description = "An adopted dataset", HelpName = "NAME" };

    public static Command Create() => new Command("dataset", "Declare datasets and take their tables under management.").With(
        new Command("apply", "Store a dataset's declaration: requirements, classification, mode.").With(File, Mode)
            .WithExamples("idp dataset apply users.yaml", "idp dataset apply users.yaml --mode auto").Runs(ApplyAsync),
        new Command("adopt", "Apply, then guard the dataset's tables in every region and register its objects.").With(File, Mode, Check)
            .WithExamples("idp dataset adopt users.yaml --check", "idp dataset adopt users.yaml --mode approve").Runs(AdoptAsync),
        new Command("release", "Remove the guards in every region and give the tables back to plain use; adopting again is safe.").With(Name, Check)
            .WithExamples("idp dataset release users --check", "idp dataset release users").Runs(ReleaseAsync))
        .WithExamples("idp dataset adopt users.yaml --check");

    private static async Task<ExitCode> ApplyAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var (declared, document) = await ReadAsync(context, plane, cancellationToken);
        var earlier = await plane.Get<Catalog>().FindDatasetAsync(declared.Name, cancellationToken);
        var birth = declared.Schema?.BirthRegion ?? earlier?.BirthRegion
            ?? throw CliException.Usage($"{declared.Name} was never adopted and declares no schema.birth_region; add it, or adopt (idp dataset adopt).");
        var mode = context.Value(Mode) ?? earlier?.Mode ?? OperatingMode.Advise;
        var record = declared.Schema is { } schema
            ? DatasetRecords.Of(declared, schema, birth, mode, document)
            : earlier! with
            {
                DataClassification = declared.Requirements.Compliance?.DataClassification,
                UserRegion = declared.Requirements.Compliance?.UserRegion,
                Mode = mode,
                Document = document,
            };
        await plane.Get<Catalog>().UpsertRegionsAsync([.. plane.Get<RegionStores>().Endpoints.Select(endpoint => endpoint.Region)], cancellationToken);
        var revision = await plane.Get<Catalog>().ApplyDatasetAsync(record, cancellationToken);
        if (earlier is null)
        {
            await context.Error.WriteLineAsync($"idp: {declared.Name} has no objects yet; 'idp dataset adopt {context.Value(File)}' guards its tables and finds them.");
        }

        context.Data.Write(
            new AppliedDataset(declared.Name, revision, mode), (console, applied) => console.WriteText($"{applied.Dataset}: revision {applied.Revision}, mode {applied.Mode}"));
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> AdoptAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var (declared, document) = await ReadAsync(context, plane, cancellationToken);
        var earlier = await plane.Get<Catalog>().FindDatasetAsync(declared.Name, cancellationToken);
        var mode = context.Value(Mode) ?? earlier?.Mode ?? OperatingMode.Advise;
        var result = await AdoptAsync(context, plane, declared, document, mode, cancellationToken);
        context.Data.Write(result, DatasetViews.Render);
        foreach (var violation in result.Violations)
        {
            await context.Error.WriteLineAsync($"idp: {violation}");
        }

        return result.Violations.IsEmpty ? ExitCode.Ok : ExitCode.Refused;
    }

    private static async Task<ExitCode> ReleaseAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        await ControlDatabase.MigrateAsync(plane.Get<NpgsqlDataSource>(), cancellationToken);
        var name = context.Value(Name);
        var dataset = DatasetId.TryParse(name, null, out var id) ? await plane.Get<Catalog>().FindDatasetAsync(id, cancellationToken) : null;
        if (dataset is null)
        {
            throw CliException.NotFound($"There is no dataset '{name}'.");
        }

        var result = await GuardingAsync(() => plane.Get<DatasetReleaser>().ReleaseAsync(
            dataset, context.Value(Check), new LineProgress(context.Error), cancellationToken));
        context.Data.Write(result, DatasetViews.Render);
        foreach (var refusal in result.Refusals)
        {
            await context.Error.WriteLineAsync($"idp: {refusal}");
        }

        return result.Refusals.IsEmpty ? ExitCode.Ok : ExitCode.Refused;
    }

    private static Task<AdoptionResult> AdoptAsync(
        CommandContext context, Plane plane, Policies.Intents.DataObject declared, string document, OperatingMode mode, CancellationToken cancellationToken) =>
        GuardingAsync(() => plane.Get<DatasetAdopter>().AdoptAsync(
            declared, document, mode, context.Value(Check), new LineProgress(context.Error), cancellationToken));

    private static async Task<T> GuardingAsync<T>(Func<Task<T>> change)
    {
        try
        {
            return await change();
        }
        catch (AdoptionException refused)
        {
            throw CliException.Refused(refused.Message);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw CliException.Unavailable($"A table stayed locked by others ({busy.MessageText}); run the same command again, it goes on where it stopped.", busy);
        }
        catch (PostgresException denied) when (denied.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw CliException.Refused(
                $"The region's role may not do this ({denied.MessageText}); only a table's owner may drop its triggers. Let the owner run what --check prints, then run the same command again.");
        }
    }

    // The control database comes up to date here, so that a first adoption needs no worker to have run.
    private static async Task<DatasetFile> ReadAsync(CommandContext context, Plane plane, CancellationToken cancellationToken)
    {
        var stores = plane.Get<RegionStores>();
        var file = await DatasetFile.ReadAsync(context.Value(File), stores, context.Error, cancellationToken);
        await ControlDatabase.MigrateAsync(plane.Get<NpgsqlDataSource>(), cancellationToken);
        var policies = PolicyFiles.Load(plane.Get<IOptions<PlaneOptions>>().Value, stores).Snapshot;
        if (policies is not null && ClassificationCheck.Warn(file.Declared, policies) is { } warning)
        {
            await context.Error.WriteLineAsync($"idp: {warning}");
        }

        return file;
    }
}
