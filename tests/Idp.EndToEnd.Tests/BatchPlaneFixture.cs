using System.Globalization;
using Idp.Api;
using Idp.Cli.Demo;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Core.Movement;
using Idp.Storage;
using Microsoft.Extensions.Configuration;
using Temporalio.Client;

namespace Idp.EndToEnd.Tests;

/// <summary>A plane with small objects, ten rows each, that travel in batches; grace is longer than any test.</summary>
public sealed class BatchPlaneFixture : LocalPlaneFixture
{
    public const int Rows = 10;

    public BatchLog Batches => new(Plane.Database);

    internal BatchOperator Operators => new(Temporal, Batches, new TemporalLinks(new ConfigurationBuilder().Build(), Temporal));

    protected override string Grace => "00:10:00";

    protected override async Task FillAsync()
    {
        foreach (var (prefix, count) in new[] { ("poison", 30), ("killed", 100), ("revert", 5), ("ended", 40) })
        {
            await DemoWorld.FillAsync(Plane, East, [.. Enumerable.Range(0, count).Select(number => Key(prefix, number))], Rows, CancellationToken.None);
        }
    }

    public static string Key(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number:000}");

    /// <summary>Writes a batch down and starts it, as a request for many objects does for each route.</summary>
    public async Task<WorkflowHandle> StartAsync(string id, string prefix, int count, RegionId to)
    {
        var request = new BatchRequest(BatchId.Parse(id), DemoWorld.Dataset, East, to, "ada", "a test asked");
        await Batches.PlanAsync(request, [.. Enumerable.Range(0, count).Select(number => Key(prefix, number))], CancellationToken.None);
        return await Temporal.StartWorkflowAsync(
            (Workflows.Batches.BatchWorkflow workflow) => workflow.RunAsync(request),
            new(BatchRequest.WorkflowIdOf(request.Id), Workflows.TaskQueues.Control) { TypedSearchAttributes = Workflows.IdpSearchAttributes.ForBatch(request) });
    }

    public async Task<BatchRecord> SettledAsync(string id)
    {
        BatchRecord? batch = null;
        await UntilAsync($"{id} to be settled", async () => (batch = await Batches.FindAsync(BatchId.Parse(id), CancellationToken.None)) is { SettledAt: not null, Counts.Open: 0 });
        return batch!;
    }

    /// <summary>The one region that owns an object, by what the stores themselves say.</summary>
    public async Task<RegionId> OwnerAsync(string key)
    {
        var owners = new List<RegionId>();
        foreach (var region in new[] { East, Ireland, Mumbai })
        {
            if ((await Plane.Stores.Get(region, region).ReadAsync(new ObjectId(DemoWorld.Dataset, key), CancellationToken.None)).State is OwnershipState.Owned)
            {
                owners.Add(region);
            }
        }

        return Assert.Single(owners);
    }

    public async Task<long> OutcomesAsync(string prefix) =>
        (long)(await AskAsync(East, $"SELECT count(*) FROM idp.outcome WHERE object LIKE '{prefix}-%' AND result = 'moved'"))!;
}
