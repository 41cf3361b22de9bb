using System.Collections.Immutable;
using System.Globalization;
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
    private const int MaxDenied = 100;

    /// <summary>Starts what the command asks for, or only says what it would; the same idempotency key again starts only what has not started yet.</summary>
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
            return await EarlierAsync(command, dataset, seed, earlier, cancellationToken);
        }

        var (found, unknown) = await SelectAsync(command, cancellationToken);
        var there = found.RemoveAll(record => record.Placement.Primary == command.To);
        if (found.Count > options.Value.MaxObjectsPerRequest)
        {
            return new Refusal(
                RefusalKind.Invalid,
                $"{found.Count} objects would move, limit {options.Value.MaxObjectsPerRequest} a request; narrow it (--from, --match, --keys), or evacuate the region.");
        }

        var (moving, denied) = await JudgeAsync(command, dataset, found, cancellationToken);
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
        if (!command.DryRun && groups.Length > 0)
        {
            // All before any is started: whoever repeats the request, or the reconciler, starts what a failure leaves behind.
            await batches.PlanAsync(
                [.. groups.Select(group => (group.Request, (IReadOnlyList<string>)[.. group.Members.Select(member => member.Placement.Object.Key)]))], cancellationToken);
            await StartAllAsync(groups.Select(group => group.Request));
        }

        return Answer.Of(new BatchPlan(
            command.Dataset,
            command.To,
            moving.Length,
            moving.Sum(record => record.RowCount),
            moving.Sum(record => record.SizeBytes),
            [.. groups.Select(group => GroupOf(group.Request, group.Members, command.DryRun))],
            await StartAloneAsync(command, seed, alone),
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

    // What is written down is started even when the client has gone: it would start later all the same, and nobody would have been told.
    private async Task StartAllAsync(IEnumerable<BatchRequest> requests)
    {
        foreach (var request in requests)
        {
            await StartAsync(request, CancellationToken.None);
        }
    }

    // Nothing writes these down before their sagas do; their ids come from the seed, so that a repetition finds those that have started.
    private async Task<ImmutableArray<BatchSingle>> StartAloneAsync(BatchCommand command, string seed, IEnumerable<ObjectRecord> alone)
    {
        var started = ImmutableArray.CreateBuilder<BatchSingle>();
        foreach (var record in alone)
        {
            if (command.DryRun)
            {
                started.Add(new BatchSingle(record.Placement.Object, record.SizeBytes, null));
                continue;
            }

            var request = new MigrationRequest(
                MigrationStarter.NewId($"{seed}/{record.Placement.Object}"), record.Placement.Object, command.To, command.Operator, command.Reason, DecisionId: null, command.NeedsApproval);
            var answer = await singles.StartAsync(request, CancellationToken.None);
            started.Add(new BatchSingle(record.Placement.Object, record.SizeBytes, answer.IsGiven ? request.Id : null, answer.Refusal?.Reason));
        }

        return started.ToImmutable();
    }

    private async Task<(ObjectRecord[] Moving, ImmutableArray<BatchDenial> Denied)> JudgeAsync(
        BatchCommand command, DatasetRecord dataset, List<ObjectRecord> found, CancellationToken cancellationToken)
    {
        var drains = await catalog.ListDrainsAsync(cancellationToken);
        var judged = found.ConvertAll(record => (Record: record, chooser.Choose(
            dataset, record.Placement.Object, record.Placement.Primary, command.To, [], drains).Refusal));
        return (
            [.. judged.Where(one => one.Refusal is null).Select(one => one.Record)],
            [.. judged.Where(one => one.Refusal is not null).Select(one => new BatchDenial(one.Record.Placement.Object, one.Refusal!))]);
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

    private async Task<Answer<BatchPlan>> EarlierAsync(
        BatchCommand command, DatasetRecord dataset, string seed, BatchRecord earlier, CancellationToken cancellationToken)
    {
        if (earlier.Dataset != command.Dataset || earlier.Target != command.To)
        {
            return new Refusal(RefusalKind.Conflict, $"This idempotency key has moved objects of {earlier.Dataset} to {earlier.Target} already; use another one.");
        }

        var planned = new List<BatchRecord>();
        for (BatchRecord? next = earlier; next is not null; next = await batches.FindAsync(Name(seed, planned.Count + 1), cancellationToken))
        {
            planned.Add(next);
        }

        var (alone, denied) = await SelectAloneAsync(command, dataset, planned, cancellationToken);
        if (!command.DryRun)
        {
            await StartAllAsync(planned.Where(batch => batch.FinishedAt is null).Select(batch => batch.Request));
        }

        return Answer.Of(new BatchPlan(
            command.Dataset,
            command.To,
            planned.Sum(batch => batch.Counts.Members) + alone.Length,
            0,
            0,
            [.. planned.Select(batch => new BatchGroup(batch.Source, batch.Counts.Members, 0, 0, batch.Id))],
            await StartAloneAsync(command, seed, alone),
            0,
            0,
            [.. denied.Take(MaxDenied)],
            denied.Length));
    }

    // Which objects travel alone is written down nowhere, so they are chosen anew; one that has moved meanwhile is not among them.
    private async Task<(ObjectRecord[] Alone, ImmutableArray<BatchDenial> Denied)> SelectAloneAsync(
        BatchCommand command, DatasetRecord dataset, List<BatchRecord> planned, CancellationToken cancellationToken)
    {
        var (found, _) = await SelectAsync(command, cancellationToken);
        found.RemoveAll(record => record.Placement.Primary == command.To || record.SizeBytes <= options.Value.MaxMemberBytes);
        if (found.Count == 0)
        {
            return ([], []);
        }

        // One that has outgrown its batch still belongs to it.
        var members = new HashSet<ObjectId>();
        foreach (var batch in planned)
        {
            members.UnionWith((await batches.ListMembersAsync(batch.Id, cancellationToken)).Select(member => member.Object));
        }

        found.RemoveAll(record => members.Contains(record.Placement.Object));
        return await JudgeAsync(command, dataset, [.. found.Take(options.Value.MaxObjectsPerRequest)], cancellationToken);
    }

    private Refusal? Check(BatchCommand command) =>
        (OneLine.CheckReason(command.Reason) ?? OneLine.CheckPerson(command.Operator)) is { } unreadable
            ? unreadable
        : command.Keys is { } keys && keys.Any(key => !ObjectId.TryParse($"{command.Dataset}/{key}", CultureInfo.InvariantCulture, out _))
            ? new Refusal(RefusalKind.Invalid, $"A key has 1 to {ObjectId.MaxKeyLength} characters, none of them a control character.")
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
