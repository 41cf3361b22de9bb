namespace Idp.Core.Arbitration;

/// <summary>How much may still start.</summary>
internal sealed class Slots
{
    private readonly ArbiterOptions _options;
    private readonly Dictionary<(RegionId From, RegionId To), int> _perRoute = [];
    private readonly Dictionary<RegionId, int> _perRegion = [];
    private int _total;
    private int _thisHour;

    public Slots(ArbiterOptions options, ArbiterContext context)
    {
        _options = options;
        _thisHour = context.Recent.Count(change => context.AsOf - change.DecidedAt < TimeSpan.FromHours(1));
        var open = context.OpenChanges;
        foreach (var change in open.Where(change => change.Batch is null).Concat(open.Where(change => change.Batch is not null).DistinctBy(change => change.Batch)))
        {
            Count(change.From, change.To);
        }
    }

    /// <returns>Null when a slot was taken, else which limit is reached.</returns>
    public string? TryTake(RegionId from, RegionId to)
    {
        if (_total >= _options.MaxOpenMigrations)
        {
            return $"{_total} migrations are open, limit {_options.MaxOpenMigrations}";
        }

        var onRoute = _perRoute.GetValueOrDefault((from, to));
        if (onRoute >= _options.MaxOpenMigrationsPerRoute)
        {
            return $"{onRoute} migrations from {from} to {to} are open, limit {_options.MaxOpenMigrationsPerRoute}";
        }

        foreach (var region in (ReadOnlySpan<RegionId>)[from, to])
        {
            var there = _perRegion.GetValueOrDefault(region);
            if (there >= _options.MaxOpenMigrationsPerRegion)
            {
                return $"{there} migrations from or to {region} are open, limit {_options.MaxOpenMigrationsPerRegion}";
            }
        }

        if (_thisHour >= _options.MaxChangesPerHour)
        {
            return $"{_thisHour} changes have started within an hour, limit {_options.MaxChangesPerHour}";
        }

        _thisHour++;
        Count(from, to);
        return null;
    }

    private void Count(RegionId from, RegionId to)
    {
        _total++;
        _perRoute[(from, to)] = _perRoute.GetValueOrDefault((from, to)) + 1;
        _perRegion[from] = _perRegion.GetValueOrDefault(from) + 1;
        _perRegion[to] = _perRegion.GetValueOrDefault(to) + 1;
    }
}
