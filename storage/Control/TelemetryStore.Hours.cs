using System.Runtime.CompilerServices;
using Idp.Core;

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
}
