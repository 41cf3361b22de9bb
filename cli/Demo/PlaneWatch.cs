using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Npgsql;

namespace Idp.Cli.Demo;

/// <summary>What the live view shows of the plane, read once a second.</summary>
internal sealed class PlaneWatch(NpgsqlDataSource database)
{
    private const int Rows = 1_000;
    private const int DecisionRows = 400; // An hourly tick records every hold; what moves is among them.

    private readonly MigrationLog _migrations = new(database);
    private readonly DecisionLog _decisions = new(database);

    public ImmutableArray<MigrationRecord> Migrations { get; private set; } = [];

    public ImmutableArray<StoredDecision> Decisions { get; private set; } = [];

    public int Completed => Count(MigrationPhase.Done) + Count(MigrationPhase.CleaningUp) + Count(MigrationPhase.Grace);

    public int RolledBack => Count(MigrationPhase.RolledBack) + Count(MigrationPhase.Failed);

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        Migrations = await _migrations.ListAsync(Rows, null, cancellationToken);
        Decisions = await _decisions.ListAsync(DecisionRows, null, cancellationToken);
    }

    private int Count(MigrationPhase phase) => Migrations.Count(migration => migration.Phase == phase);
}
