using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Simulation.Worlds;

/// <summary>Where a region is: what follows its sun, and what lies near it on the globe.</summary>
/// <param name="UtcOffsetHours">Standard time of most of its callers; India's half hour is rounded down.</param>
/// <param name="Latitude">Degrees north of the announced city.</param>
/// <param name="Longitude">Degrees east.</param>
public sealed record RegionFacts(int UtcOffsetHours, double Latitude, double Longitude)
{
    private static readonly ImmutableDictionary<string, RegionFacts> Known = new Dictionary<string, RegionFacts>(StringComparer.Ordinal)
    {
        ["us-east-1"] = new(-5, 38.9, -77.4),
        ["us-west-2"] = new(-8, 45.8, -119.7),
        ["sa-east-1"] = new(-3, -23.5, -46.6),
        ["eu-west-1"] = new(0, 53.3, -6.3),
        ["eu-central-1"] = new(1, 50.1, 8.7),
        ["ap-south-1"] = new(5, 19.1, 72.9),
        ["ap-southeast-1"] = new(8, 1.35, 103.8),
        ["ap-northeast-1"] = new(9, 35.7, 139.7),
        ["ap-southeast-2"] = new(10, -33.9, 151.2),
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">Nothing is known of the region.</exception>
    public static RegionFacts Of(RegionId region) => Known.TryGetValue(region.Value, out var facts)
        ? facts
        : throw new ArgumentException($"Nothing is known of '{region}'; known: {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))}.", nameof(region));
}
