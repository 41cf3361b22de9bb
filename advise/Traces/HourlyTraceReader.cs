namespace Idp.Advise.Traces;

/// <summary>Takes demand that somebody has added up already, for example the plane's own telemetry.</summary>
public sealed class HourlyTraceReader(TraceSettings settings)
{
    /// <param name="rows">In any order.</param>
    /// <param name="source">What stands for a file's name.</param>
    /// <exception cref="TraceException">There are no rows, or too many name a region without round trips.</exception>
    public async Task<DemandLog> ReadAsync(IAsyncEnumerable<HourlyDemand> rows, string source, CancellationToken cancellationToken)
    {
        var (judge, collector) = (new RowJudge(settings, source), new DemandCollector(settings, source));
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            judge.Begin();
            if (judge.RegionOf(row.Region) is >= 0 and var region)
            {
                collector.Add(row.Object, region, row.Hour.ToUnixTimeSeconds(), row.Reads, row.Writes);
            }
        }

        return collector.Build(judge.Summarize("demand by hour, object and region", hasOperations: true));
    }
}

/// <summary>One object, one region, one hour.</summary>
public readonly record struct HourlyDemand(DateTimeOffset Hour, string Object, string Region, double Reads, double Writes);
