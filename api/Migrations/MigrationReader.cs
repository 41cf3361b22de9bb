using Idp.Core.Migrations;
using Idp.Storage;

namespace Idp.Api;

/// <summary>Everything that is known of one migration, from the catalog and from its saga.</summary>
public sealed class MigrationReader(MigrationLog log, MigrationOperator sagas, TemporalLinks links)
{
    public async Task<MigrationView> ReadAsync(MigrationRecord migration, CancellationToken cancellationToken) => new(
        migration,
        await log.ListPhasesAsync(migration.Id, cancellationToken),
        await sagas.StatusAsync(migration, cancellationToken),
        migration.Batch is { } batch ? links.Of(BatchRequest.WorkflowIdOf(batch)) : links.ChangeOf(migration.Object));
}
