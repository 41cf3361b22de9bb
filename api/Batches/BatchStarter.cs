using System.Collections.Immutable;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using Idp.Activities;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Storage.Regions;
using Idp.Workflows;
using Idp.Workflows.Batches;
using Microsoft.Extensions.Options;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Idp.Api;

/// <summary>Moves many objects of one dataset: small ones in batches of one route each, big ones alone.</summary>
public sealed class BatchStarter(
    ITemporalClient temporal,
    Catalog catalog,
    BatchLog batches,
    MigrationStarter singles,
    RegionStores regions,
    TargetChooser chooser,
    IOptions<BatchOptions> options)
{
    private const int PageRows = 10_000;
    private const int MaxReason = 500;
    private const int MaxPerson = 200;
    private const int MaxDenied = 100;

    /// <summary>Starts what the command asks for, or only says what it would; the same idempotency key again starts nothing new.</summary>
    public async Task<Answer<BatchPlan>> StartAsync(BatchCommand command, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (Check(command) is { } wrong)
        {
            return wrong;
        }

        if (await catalog.FindDatasetAsync(command.Dataset, cancellationToken) is not { } dataset)
        {
            return new Refusal(RefusalKind.NotFound, $"There is no dataset {command.Dataset}; adopt it first (idp dataset adopt).");
        }

        var seed = Seed(idempotencyKey);
        if (await batches.FindAsync(Name(seed, 1), cancellationToken) is { } earlier)
        {
            return await EarlierAsync(command, seed, earlier, cancellationToken);
        }

        var (found, unknown) = await SelectAsync(command, cancellationToken);
        var there = found.RemoveAll(record => record.Placement.Primary == command.To);
        if (found.Count > options.Value.MaxObjectsPerRequest)
        {
            return new Refusal(
                RefusalKind.Invalid,
                $"{found.Count} objects would move, limit {options.Value.MaxObjectsPerRequest} a request; narrow it (--from, --match, --keys), or evacuate the region.");
        }

        var drains = await catalog.ListDrainsAsync(cancellationToken);
        var judged = found.ConvertAll(record => (Record: record, chooser.Choose(
            dataset, record.Placement.Object, record.Placement.Primary, command.To, [], drains).Refusal));
        var denied = judged.Where(one => one.Refusal is not null).Select(one => new BatchDenial(one.Record.Placement.Object, one.Refusal!)).ToImmutableArray();
        var moving = judged.Where(one => one.Refusal is null).Select(one => one.Record).ToArray();
        if (moving.Length == 0 && !command.DryRun)
        {
            return new Refusal(
                RefusalKind.Conflict,
                denied.IsEmpty ? $"No object of {command.Dataset} that matches is outside {command.To}." : $"Policies keep all {denied.Length} objects where they are: {denied[0].Reason}");
        }

        var limits = options.Value;
        var groups = moving
            .Where(record => record.SizeBytes <= limits.MaxMemberBytes)
            .GroupBy(record => record.Placement.Primary)
            .OrderBy(group => group.Key.Value, StringComparer.Ordinal)
            .SelectMany(group => group.Chunk(limits.Size))
            .Select((members, index) => (Members: members, Request: new BatchRequest(
                Name(seed, index + 1), command.Dataset, members[0].Placement.Primary, command.To, command.Operator, command.Reason, command.NeedsApproval)))
            .ToArray();
        var alone = moving.Where(record => record.SizeBytes > limits.MaxMemberBytes).ToArray();
        var started = command.DryRun ? [] : await StartAsync(command, groups, alone, cancellationToken);
        return Answer.Of(new BatchPlan(
            command.Dataset,
            command.To,
            moving.Length,
            moving.Sum(record => record.RowCount),
            moving.Sum(record => record.SizeBytes),
            [.. groups.Select(group => GroupOf(group.Request, group.Members, command.DryRun))],
            command.DryRun ? [.. alone.Select(record => new BatchSingle(record.Placement.Object, record.SizeBytes, null))] : started,
            there,
            unknown,
            [.. denied.Take(MaxDenied)],
            denied.Length));
    }

    /// <summary>Starts a batch that is written down; one that runs already is left alone.</summary>
    public async Task StartAsync(BatchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await temporal.StartWorkflowAsync(
                (BatchWorkflow workflow) => workflow.RunAsync(request),
                new(BatchRequest.WorkflowIdOf(request.Id), TaskQueues.Control)
                {
                    TaskTimeout = TimeSpan.FromSeconds(5),
                    IdConflictPolicy = WorkflowIdConflictPolicy.Fail,
                    TypedSearchAttributes = IdpSearchAttributes.ForBatch(request),
                    StaticSummary = $"objects of {request.Dataset} to {request.Target}",
                    StaticDetails = request.Reason,
                    Rpc = MigrationStarter.Rpc(cancellationToken),
                });
        }
        catch (WorkflowAlreadyStartedException)
        {
            // By the reconciler, or by this very request a moment ago.
        }
    }

    // Written down before it is started: a start that is lost is made up for by the reconciler.
    private async Task<ImmutableArray<BatchSingle>> StartAsync(
        BatchCommand command, (ObjectRecord[] Members, BatchRequest Request)[] groups, ObjectRecord[] alone, CancellationToken cancellationToken)
    {
        foreach (var (members, request) in groups)
        {
            await batches.PlanAsync(request, [.. members.Select(member => member.Placement.Object.Key)], cancellationToken);
            await StartAsync(request, cancellationToken);
        }

        var started = ImmutableArray.CreateBuilder<BatchSingle>();
        foreach (var record in alone)
        {
            var request = new MigrationRequest(
                MigrationStarter.NewId(), record.Placement.Object, command.To, command.Operator, command.Reason, DecisionId: null, command.NeedsApproval);
            var answer = await singles.StartAsync(request, cancellationToken);
            started.Add(new BatchSingle(record.Placement.Object, record.SizeBytes, answer.IsGiven ? request.Id : null, answer.Refusal?.Reason));
        }

        return started.ToImmutable();
    }

    private async Task<(List<ObjectRecord> Found, int Unknown)> SelectAsync(BatchCommand command, CancellationToken cancellationToken)
    {
        var found = new List<ObjectRecord>();
        if (command.Keys is { } keys)
        {
            string[] asked = [.. keys.Distinct(StringComparer.Ordinal)];
            found.AddRange(await catalog.FindObjectsAsync(command.Dataset, asked, cancellationToken));
            var unknown = asked.Length - found.Count;
            found.RemoveAll(record => !IsWanted(command, record));
            return (found, unknown);
        }

        for (var after = string.Empty; ;)
        {
            var page = command.From is { } from
                ? await catalog.ListObjectsInAsync(from, command.Dataset, PageRows, after, cancellationToken)
                : await catalog.ListObjectsAsync(command.Dataset, PageRows, after, cancellationToken);
            found.AddRange(page.Where(record => IsWanted(command, record)));
            if (page.Length < PageRows)
            {
                return (found, 0);
            }

            after = page[^1].Placement.Object.Key;
        }
    }

    private static bool IsWanted(BatchCommand command, ObjectRecord record) =>
        (command.From is not { } from || record.Placement.Primary == from)
        && (command.Match is not { } match || FileSystemName.MatchesSimpleExpression(match, record.Placement.Object.Key, ignoreCase: false));

    private async Task<Answer<BatchPlan>> EarlierAsync(BatchCommand command, string seed, BatchRecord earlier, CancellationToken cancellationToken)
    {
        if (earlier.Dataset != command.Dataset || earlier.Target != command.To)
        {
            return new Refusal(RefusalKind.Conflict, $"This idempotency key has moved objects of {earlier.Dataset} to {earlier.Target} already; use another one.");
        }

        var groups = ImmutableArray.CreateBuilder<BatchGroup>();
        for (BatchRecord? next = earlier; next is not null; next = await batches.FindAsync(Name(seed, groups.Count + 1), cancellationToken))
        {
            groups.Add(new BatchGroup(next.Source, next.Counts.Members, 0, 0, next.Id));
        }

        return Answer.Of(new BatchPlan(command.Dataset, command.To, groups.Sum(group => group.Objects), 0, 0, groups.ToImmutable(), [], 0, 0, [], 0));
    }

    private Refusal? Check(BatchCommand command) =>
        command.Reason.Length is 0 or > MaxReason || command.Reason.Any(char.IsControl)
            ? new Refusal(RefusalKind.Invalid, $"A reason has 1 to {MaxReason} characters on one line; this one has {command.Reason.Length}.")
        : command.Operator.Length is 0 or > MaxPerson
            ? new Refusal(RefusalKind.Invalid, $"Who asks has a name of 1 to {MaxPerson} characters; this one has {command.Operator.Length}.")
        : new[] { command.To, command.From ?? command.To }.FirstOrDefault(region => !regions.Endpoints.Any(endpoint => endpoint.Region.Id == region)) is { } strange && strange != default
            ? new Refusal(RefusalKind.Invalid, $"Region '{strange}' is not configured; configured are {string.Join(", ", regions.Endpoints.Select(endpoint => endpoint.Region.Id))}.")
        : null;

    private static BatchGroup GroupOf(BatchRequest request, ObjectRecord[] members, bool isDryRun) => new(
        request.Source, members.Length, members.Sum(member => member.RowCount), members.Sum(member => member.SizeBytes), isDryRun ? null : request.Id);

    private static string Seed(string? idempotencyKey) => idempotencyKey is null
        ? RandomNumberGenerator.GetHexString(12, lowercase: true)
        : $"k{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(idempotencyKey)))[..24]}";

    private static BatchId Name(string seed, int number) => BatchId.Parse(FormattableString.Invariant($"b-{seed}-{number:00000}"));
}
