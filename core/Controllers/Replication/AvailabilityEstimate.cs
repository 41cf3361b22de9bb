using System.Globalization;

namespace Idp.Core.Controllers.Replication;

/// <summary>How much of the time no copy of an object can serve, term by term; each a share of the time, from 0 to 1.</summary>
/// <param name="CommonMode">Failures that take every copy at once.</param>
/// <param name="Independent">All copies down, each for a reason of its own.</param>
/// <param name="Failover">The primary down and its successor not yet serving.</param>
/// <param name="Text">The arithmetic, for people.</param>
public sealed record AvailabilityEstimate(double CommonMode, double Independent, double Failover, string Text)
{
    public double Unavailability => Math.Min(1, CommonMode + Independent + Failover);

    public double Availability => 1 - Unavailability;

    /// <returns>As many decimals as show the first two digits that are not nine: <c>99.9971 %</c>.</returns>
    public static string Percent(double availability)
    {
        var missing = (1 - availability) * 100 * (1 + 1e-9); // 1 − 0.9999 lies a hair below 0.0001.
        var digits = missing > 0 ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(missing)), 0, 10) : 0;
        return (availability * 100).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + " %";
    }
}
