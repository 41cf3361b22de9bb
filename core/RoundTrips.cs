using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Idp.Core;

/// <summary>Median round trip between each pair of regions, in milliseconds.</summary>
public sealed class RoundTrips
{
    private readonly FrozenDictionary<(RegionId From, RegionId To), double> _ms;

    public RoundTrips(ImmutableArray<RegionId> regions, IReadOnlyDictionary<(RegionId From, RegionId To), double> ms)
    {
        Regions = regions;
        _ms = ms.ToFrozenDictionary();
    }

    /// <summary>In the order of the source.</summary>
    public ImmutableArray<RegionId> Regions { get; }

    /// <value>Milliseconds from a caller in <paramref name="from"/> to a store in <paramref name="to"/> and back.</value>
    /// <exception cref="KeyNotFoundException">The pair is not in the matrix.</exception>
    public double this[RegionId from, RegionId to] =>
        _ms.TryGetValue((from, to), out var ms)
            ? ms
            : throw new KeyNotFoundException($"No round trip is known from '{from}' to '{to}'; known regions: {string.Join(", ", Regions)}.");

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public string ToCsv() => string.Join('\n',
    [
        $"region,{string.Join(',', Regions)}",
        .. Regions.Select(from => $"{from},{string.Join(',', Regions.Select(to => this[from, to].ToString(CultureInfo.InvariantCulture)))}"),
        string.Empty,
    ]);

    /// <summary>Reads a square CSV matrix: a header <c>region,a,b,…</c> and one line a region, in milliseconds.</summary>
    /// <exception cref="FormatException">A line is malformed; the message names it.</exception>
    public static RoundTrips Parse(TextReader csv)
    {
        var header = csv.ReadLine()?.Split(',') ?? [];
        ImmutableArray<RegionId> regions = [.. header.Skip(1).Select(name => RegionId.Parse(name))];
        var ms = new Dictionary<(RegionId, RegionId), double>();
        for (var number = 2; csv.ReadLine() is { } line; number++)
        {
            var cells = line.Split(',');
            if (cells.Length != header.Length || !RegionId.TryParse(cells[0], null, out var from))
            {
                throw new FormatException($"Round trips, line {number}: '{line}' has {cells.Length} cells, expected a region and {regions.Length} numbers.");
            }

            foreach (var (column, to) in regions.Index())
            {
                ms[(from, to)] = double.TryParse(cells[column + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0
                    ? value
                    : throw new FormatException($"Round trips, line {number}: '{cells[column + 1]}' is not a number of milliseconds.");
            }
        }

        return new RoundTrips(regions, ms);
    }
}
