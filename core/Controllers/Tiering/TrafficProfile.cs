using System.Collections.Immutable;

namespace Idp.Core.Controllers.Tiering;

/// <summary>When a region is busy.</summary>
/// <param name="Hourly">24 numbers in any unit, by hour of the day in UTC; usually the mean of several weeks.</param>
public sealed record TrafficProfile(RegionId Region, ImmutableArray<double> Hourly)
{
    /// <returns>Null when <paramref name="at"/> already lies in an hour of little traffic, or none does; else the start of the next one.</returns>
    /// <param name="share">Hours up to this share of the day's mean count.</param>
    public DateTimeOffset? NextWindow(DateTimeOffset at, double share)
    {
        var limit = share * Hourly.Average();
        var hour = new DateTimeOffset(at.UtcDateTime.Date.AddHours(at.UtcDateTime.Hour), TimeSpan.Zero);
        for (var ahead = 0; ahead < 24; ahead++)
        {
            if (Hourly[hour.AddHours(ahead).Hour] <= limit)
            {
                return ahead == 0 ? null : hour.AddHours(ahead);
            }
        }

        return null;
    }
}
