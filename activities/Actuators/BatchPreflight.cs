using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Storage.Regions;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Actuators;

/// <summary>Everything that can be known to forbid members of a batch before a row is touched: stores are asked once, policies for each.</summary>
internal sealed class BatchPreflight(Catalog catalog, MigrationLog migrations, MoverFactory movers, PolicyGate gate, IOptions<MoverOptions> options)
{
    /// <param name="members">All of one dataset and one route.</param>
    /// <returns>Why a member may not go on; those left out may.</returns>
    public async Task<ImmutableDictionary<MigrationId, string>> CheckAsync(ImmutableArray<MigrationRecord> members, CancellationToken cancellationToken)
    {
        if (members.IsEmpty)
        {
            return ImmutableDictionary<MigrationId, string>.Empty;
        }

        var first = members[0];
        var dataset = await catalog.FindDatasetAsync(first.Object.Dataset, cancellationToken);
        if (dataset is null)
        {
            return All(members, $"dataset '{first.Object.Dataset}' is not in the catalog; adopt it first (idp dataset adopt)");
        }

        if ((await catalog.ListDrainsAsync(cancellationToken)).FirstOrDefault(drain => drain.Region == first.Target) is { } drain)
        {
            return All(members, drain.Because);
        }

        if (await migrations.FindQuarantineAsync(first.Object.Dataset, first.Source, first.Target, cancellationToken) is { } quarantine)
        {
            return All(members, quarantine.Because);
        }

        var (source, target) = movers.Stores(first);
        if (await StorePreflight.CheckAsync(dataset, source, target, options.Value.OldestTransaction, cancellationToken) is { } refusal)
        {
            return All(members, refusal);
        }

        return members
            .Select(member => (member.Id, Verdict: gate.Judge(dataset, member.Object, member.Source, member.Target)))
            .Where(judged => !judged.Verdict.IsAllowed)
            .ToImmutableDictionary(judged => judged.Id, judged => string.Join("; ", judged.Verdict.Denials.Select(denial => denial.Reason)));
    }

    private static ImmutableDictionary<MigrationId, string> All(ImmutableArray<MigrationRecord> members, string refusal) =>
        members.ToImmutableDictionary(member => member.Id, _ => refusal);
}
