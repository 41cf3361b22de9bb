using System.Collections.Immutable;
using Idp.Chaos.World;
using Idp.Core;
using Idp.Core.Migrations;
using Npgsql;

namespace Idp.Chaos.Moves;

/// <summary>Polls the catalog for open migrations, and a store for what is frozen there.</summary>
internal sealed class PhaseWatch(ChaosWorld world)
{
    private const string OpenSql = "SELECT id, key, source, target, phase, undo_epoch <> 0 FROM idp.migration WHERE finished_at IS NULL";
    private const string FrozenSql = "SELECT state = 'frozen' FROM idp.ownership WHERE dataset = $1 AND object = $2";
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10);

    private ImmutableArray<OpenMigration> _open = [];

    public ImmutableArray<OpenMigration> Open => _open;

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                _open = await ReadAsync(stopping);
                await Task.Delay(Between, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (NpgsqlException)
            {
                // The control database has too many callers just now; the next look will do.
                await Task.Delay(Between, CancellationToken.None);
            }
        }
    }

    public async Task<ImmutableArray<OpenMigration>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = world.Control.CreateCommand(OpenSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var open = ImmutableArray.CreateBuilder<OpenMigration>();
        while (await reader.ReadAsync(cancellationToken))
        {
            open.Add(new OpenMigration(
                reader.GetString(0), reader.GetString(1), RegionId.Parse(reader.GetString(2)), RegionId.Parse(reader.GetString(3)),
                Enum.Parse<MigrationPhase>(reader.GetString(4)), reader.GetBoolean(5)));
        }

        return open.ToImmutable();
    }

    public async Task<bool> IsFrozenAsync(RegionId store, string key, CancellationToken cancellationToken)
    {
        await using var command = world.Direct[store].CreateCommand(FrozenSql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Tables.Dataset.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
