using Idp.Core;
using Idp.Core.Decisions;
using Idp.Core.Migrations;
using Idp.Storage;
using Idp.Storage.Regions;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Actuators;

/// <summary>Everything that can be known to forbid a migration before a row is touched.</summary>
internal sealed class Preflight(Catalog catalog, MigrationLog migrations, MoverFactory movers, PolicyGate gate, IOptions<MoverOptions> options)
{
    /// <returns>Why the migration may not go on; null when it may.</returns>
    public async Task<string?> CheckAsync(MigrationRecord migration, CancellationToken cancellationToken)
    {
        var dataset = await catalog.FindDatasetAsync(migration.Object.Dataset, cancellationToken);
        if (dataset is null)
        {
            return $"dataset '{migration.Object.Dataset}' is not in the catalog; adopt it first (idp dataset adopt)";
        }

        var isByLoop = migration.DecisionId is not null;
        if (isByLoop && dataset.Mode is OperatingMode.Observe or OperatingMode.Advise)
        {
            return $"dataset '{dataset.Name}' is in mode {dataset.Mode}, in which loops start nothing";
        }

        // A migration leaves that phase only with an operator's approval.
        if (isByLoop && dataset.Mode is OperatingMode.Approve
            && !(await migrations.ListPhasesAsync(migration.Id, cancellationToken)).Any(entered => entered.Phase is MigrationPhase.AwaitingApproval))
        {
            return $"dataset '{dataset.Name}' is in mode {dataset.Mode}, and nobody has approved this";
        }

        if ((await catalog.ListDrainsAsync(cancellationToken)).FirstOrDefault(drain => drain.Region == migration.Target) is { } drain)
        {
            return drain.Because;
        }

        var verdict = gate.Judge(dataset, migration.Object, migration.Source, migration.Target);
        if (!verdict.IsAllowed)
        {
            return string.Join("; ", verdict.Denials.Select(denial => denial.Reason));
        }

        var (source, target) = movers.Stores(migration);
        return await StorePreflight.CheckAsync(dataset, source, target, options.Value.OldestTransaction, cancellationToken);
    }
}
