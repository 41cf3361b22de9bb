using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Idp.Core;
using Idp.Core.Controllers.Cost;

namespace Idp.Storage;

public sealed partial class TelemetryStore
{
    private const string ReadHoursSql = """
        SELECT date_trunc('hour', minute, 'UTC') AS hour, dataset, key, caller_region, sum(reads)::bigint, sum(writes)::bigint
          FROM idp.telemetry_minute
         WHERE minute >= $1 AND minute < $2
         GROUP BY hour, dataset, key, caller_region
         ORDER BY hour, dataset, key, caller_region
        """;

    /// <summary>Demand by hour, object and calling region, oldest first; rows come as they are read.</summary>
    /// <param name="from">The first minute.</param>
    /// <param name="to">The end; a minute that starts here is not in it.</param>
    public async IAsyncEnumerable<HourDemandRow> ReadHoursAsync(DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = database.Command(ReadHoursSql, from.Sql(), to.Sql());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new HourDemandRow(
                await reader.GetFieldValueAsync<DateTimeOffset>(0, cancellationToken),
                new ObjectId(DatasetId.Parse(reader.GetString(1)), reader.GetString(2)),
                RegionId.Parse(reader.GetString(3)),
                reader.GetInt64(4),
                reader.GetInt64(5));
        }
    }

    private const string ReadUsageSql = """
        SELECT dataset, key, served_by, sum(reads + writes)::bigint, coalesce(sum(reads) FILTER (WHERE caller_region <> served_by), 0)::bigint
          FROM idp.telemetry_minute
         WHERE minute >= $1 AND minute < $2
         GROUP BY dataset, key, served_by
         ORDER BY dataset, key, served_by
        """;

    /// <summary>What each region's store did for each object in a time.</summary>
    /// <param name="from">The first minute.</param>
    /// <param name="to">The end; a minute that starts here is not in it.</param>
    public async Task<ImmutableArray<ObjectUsage>> ReadUsageAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = database.Command(ReadUsageSql, from.Sql(), to.Sql());
        return await command.ReadAsync(
            row => new ObjectUsage(
                new ObjectId(DatasetId.Parse(row.GetString(0)), row.GetString(1)), RegionId.Parse(row.GetString(2)), row.GetInt64(3), row.GetInt64(4)),
            cancellationToken);
    }
}
