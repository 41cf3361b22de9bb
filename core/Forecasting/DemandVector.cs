using System.Collections.Immutable;

namespace Idp.Core.Forecasting;

/// <summary>An object's demand as a direction: regions of callers × three-hour parts of the day, of length 1 (Vector Sharding).</summary>
/// <remarks>Volume is left out: what two objects share is where and when they are wanted.</remarks>
public sealed class DemandVector
{
    /// <value>Parts of a day, in UTC.</value>
    public const int PartsPerDay = 8;

    private readonly ImmutableArray<double> _parts;

    /// <param name="demand">Demand, at least 0, of any scale: the parts of the first region's day, then those of the second, and so on.</param>
    public DemandVector(ReadOnlySpan<double> demand)
    {
        var length = 0.0;
        foreach (var part in demand)
        {
            length += part * part;
        }

        var scale = length > 0 ? 1 / Math.Sqrt(length) : 0;
        var parts = ImmutableArray.CreateBuilder<double>(demand.Length);
        foreach (var part in demand)
        {
            parts.Add(part * scale);
        }

        _parts = parts.MoveToImmutable();
    }

    private DemandVector(ImmutableArray<double> parts) => _parts = parts;

    /// <value>Regions × <see cref="PartsPerDay"/> shares.</value>
    public ImmutableArray<double> Parts => _parts;

    /// <returns>A vector whose length is 1 already.</returns>
    internal static DemandVector OfParts(double[] parts) => new(parts.ToImmutableArray());

    /// <returns>The cosine between the two: 1 for the same direction, 0 for nothing in common.</returns>
    public double Similarity(DemandVector other)
    {
        var sum = 0.0;
        for (var i = 0; i < _parts.Length; i++)
        {
            sum += _parts[i] * other._parts[i];
        }

        return sum;
    }

    /// <returns>A vector that has turned by a share of the way to another.</returns>
    public DemandVector Toward(DemandVector other, double share) =>
        new(_parts.Zip(other._parts, (mine, theirs) => mine + ((theirs - mine) * share)).ToArray());
}
