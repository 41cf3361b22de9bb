using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Idp.Core;
using Idp.Core.Movement;
using Npgsql;
using static Idp.Storage.Regions.OwnershipRow;

namespace Idp.Storage.Regions;

/// <content>The tables must be, at the commit, what an attempt found them to be at its start.</content>
public sealed partial class RegionStore
{
    // Within a freeze, so shorter than that; a schema change that runs longer ends this try, not the move.
    private const int ShapeLockMs = 1_000;

    internal static readonly string ShapeLockLimitSql = $"SET LOCAL lock_timeout = {ShapeLockMs.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Records an attempt and the tables as they are, at the source, and starts logging for it.</summary>
    public async Task<Transition> StartSourceAsync(ObjectId id, AdoptedDataset dataset, MoveAttempt attempt, CancellationToken cancellationToken)
    {
        // Read here and now: partitions and files are this store's own, whichever store the caller has read.
        var now = await ReadNowAsync(dataset, cancellationToken);
        if (SchemaDifference.Between(dataset.Tables, now.Tables) is { IsEmpty: false } differences)
        {
            return Transition.Refuse(await ReadAsync(id, cancellationToken), $"the schema changed since the move was planned: {string.Join("; ", differences)}");
        }

        if (now.Parts.FirstOrDefault(part => !part.IsGuarded) is { } open)
        {
            return Transition.Refuse(await ReadAsync(id, cancellationToken), Unguarded(open));
        }

        if (AdoptionRules.CheckAgain(now) is { IsEmpty: false } broken)
        {
            return Transition.Refuse(await ReadAsync(id, cancellationToken), $"the schema changed since adoption: {string.Join("; ", broken)}");
        }

        try
        {
            return await ChangeAsync(
                id, (row, _) => OwnershipTransitions.StartSource(row, attempt), (_, _) => [PinShape(id, attempt.Epoch, now)], null, cancellationToken);
        }
        catch (PostgresException released) when (released.SqlState == "ID005")
        {
            return Transition.Refuse(await ReadAsync(id, cancellationToken), released.MessageText);
        }
    }

    /// <summary>Compares the tables, as the caller has just read them, with what the attempt found at its start.</summary>
    /// <exception cref="MoveRefusedException">They differ; the message names the table and what changed.</exception>
    public async Task CheckShapeAsync(ObjectId id, AdoptedDataset dataset, long epoch, CancellationToken cancellationToken)
    {
        await using var connection = await data.OpenConnectionAsync(cancellationToken);
        var (tables, _) = await ReadPinAsync(connection, id, epoch, cancellationToken);
        Demand(id, SchemaDifference.Between(tables, dataset.Tables));
    }

    /// <summary>Compares this store's tables, as they are now, with those of the other one, and looks for their guards.</summary>
    /// <exception cref="MoveRefusedException">They differ, or have none; the message names the table and what changed.</exception>
    public async Task CheckFingerprintAsync(AdoptedDataset dataset, CancellationToken cancellationToken)
    {
        var now = await ReadNowAsync(dataset, cancellationToken);
        if (now.Fingerprint != dataset.Fingerprint)
        {
            throw new MoveRefusedException($"the schema changed in {region}: {string.Join("; ", SchemaDifference.Between(dataset.Tables, now.Tables))}");
        }

        // Whoever owns rows must refuse those who have not entered, and log for the way back.
        if (now.Parts.FirstOrDefault(part => !part.IsGuarded) is { } open)
        {
            throw new MoveRefusedException(Unguarded(open));
        }
    }

    /// <summary>Finds out whether a statement failed because a table is no longer as the caller knows it.</summary>
    /// <exception cref="MoveRefusedException">It is not; the message names the table and what changed.</exception>
    public Task ExplainAsync(AdoptedDataset dataset, PostgresException failure, CancellationToken cancellationToken) =>
        failure.SqlState.StartsWith("42", StringComparison.Ordinal) || failure.SqlState.StartsWith("22", StringComparison.Ordinal) || failure.SqlState.StartsWith("0A", StringComparison.Ordinal)
            ? CheckFingerprintAsync(dataset, cancellationToken)
            : Task.CompletedTask;

    internal static string LockTablesSql(AdoptedDataset dataset) =>
        $"LOCK TABLE {string.Join(", ", dataset.Tables.Select(table => table.Sql))} IN ACCESS SHARE MODE";

    /// <summary>Whether tables and relations are still as the attempt found them, for a statement that comes after their locks.</summary>
    /// <param name="epoch">The parameter with the attempt's epoch; its object is $1 and $2.</param>
    /// <param name="names">The parameter with the tables' names, in the order of the attempt.</param>
    internal static string IsPinnedSql(string epoch, string names) => $"""
        (SELECT a.mark FROM idp.attempt a WHERE a.dataset = $1 AND a.object = $2 AND a.epoch = {epoch})
            = (SELECT string_agg(s.mark, ',') FROM ({CatalogSql.Shape.Replace("$1", names, StringComparison.Ordinal)}) s)
        """;

    private string Unguarded(AdoptedPart open) =>
        $"{open.Name} lacks its guards in {region}, or they are switched off; run 'idp dataset adopt' again with the dataset's file";

    private async Task<AdoptedDataset> ReadNowAsync(AdoptedDataset dataset, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadDatasetAsync(dataset.Name, dataset.PlacementKey, Names(dataset), cancellationToken);
        }
        catch (AdoptionException gone)
        {
            throw new MoveRefusedException($"the schema changed in {region}: {gone.Message}");
        }
    }

    // A schema change that has not committed holds its table; one that begins later waits for the end of our transaction.
    // So what the next statement reads cannot change before the commit.
    private async Task<string?> LockShapeAsync(
        NpgsqlConnection connection, ObjectId id, AdoptedDataset dataset, long epoch, CancellationToken cancellationToken)
    {
        await using (var locks = new NpgsqlBatch(connection))
        {
            locks.BatchCommands.Add(new(StallLimitSql));
            locks.BatchCommands.Add(new(ShapeLockLimitSql));
            locks.BatchCommands.Add(new(LockTablesSql(dataset)));
            try
            {
                await locks.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                return $"a schema change held a table of dataset '{dataset.Name}' in {region} for {ShapeLockMs} ms";
            }
            catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                throw new MoveRefusedException($"the schema changed in {region} while {id} moved: {gone.MessageText}");
            }
        }

        var (tables, parts) = await ReadPinAsync(connection, id, epoch, cancellationToken);
        var now = await DatasetReader.ReadAsync(connection, dataset.Name, dataset.PlacementKey, Names(dataset), cancellationToken);
        Demand(id, [.. SchemaDifference.Between(tables, now.Tables), .. SchemaDifference.Between(parts, now.Parts), .. SchemaDifference.Between(dataset.Tables, now.Tables)]);
        return null;
    }

    private async Task<(ImmutableArray<AdoptedTable> Tables, ImmutableArray<AdoptedPart> Parts)> ReadPinAsync(
        NpgsqlConnection connection, ObjectId id, long epoch, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT shape, parts FROM idp.attempt WHERE dataset = $1 AND object = $2 AND epoch = $3", connection)
        {
            Parameters = { Text(id.Dataset.Value), Text(id.Key), Number(epoch) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (JsonSerializer.Deserialize<ImmutableArray<AdoptedTable>>(reader.GetString(0)), JsonSerializer.Deserialize<ImmutableArray<AdoptedPart>>(reader.GetString(1)))
            : throw new MoveRefusedException($"{region} does not know attempt {epoch} of {id}: it was not started there, or has ended");
    }

    private void Demand(ObjectId id, ImmutableArray<string> differences)
    {
        if (!differences.IsEmpty)
        {
            throw new MoveRefusedException($"the schema changed in {region} while {id} moved: {string.Join("; ", differences.Distinct())}; the next move knows the new schema");
        }
    }

    private static NpgsqlBatchCommand PinShape(ObjectId id, long epoch, AdoptedDataset dataset) => new("SELECT idp.begin_attempt($1, $2, $3, $4, $5, $6)")
    {
        Parameters =
        {
            Text(id.Dataset.Value),
            Text(id.Key),
            Number(epoch),
            Text(JsonSerializer.Serialize(dataset.Tables)),
            Text(JsonSerializer.Serialize(dataset.Parts)),
            Text(dataset.Mark),
        },
    };

    private static NpgsqlBatchCommand UnpinShape(ObjectId id, long epoch) => new("DELETE FROM idp.attempt WHERE dataset = $1 AND object = $2 AND epoch = $3")
    {
        Parameters = { Text(id.Dataset.Value), Text(id.Key), Number(epoch) },
    };

    internal static ImmutableArray<string> Names(AdoptedDataset dataset) => [.. dataset.Tables.Select(table => table.FullName)];
}
