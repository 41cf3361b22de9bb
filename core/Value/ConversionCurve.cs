using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Idp.Core.Value;

/// <summary>Which share of its conversions a tenant loses to waiting: straight lines between measured points.</summary>
/// <remarks>
/// The default loses 1 % to each 100 ms: Amazon's often quoted figure, never published with its data. Akamai measured 2.4 %
/// (desktop) to 7.1 % (phone) in 2017. Replace it by your own points. Beyond the last point the last slope goes on, up to all of it.
/// </remarks>
public sealed class ConversionCurve
{
    /// <summary>What <see cref="TryParse"/> reads.</summary>
    public const string Rule =
        "at least two points 'milliseconds:share' with commas between them, for example '0:0, 100:0.01, 1000:0.2'; milliseconds grow, shares never fall and lie from 0 to 1";

    private readonly ImmutableArray<CurvePoint> _points;

    private ConversionCurve(ImmutableArray<CurvePoint> points) => _points = points;

    public static ConversionCurve Default { get; } = Linear(0.01);

    public ImmutableArray<CurvePoint> Points => _points;

    /// <param name="lossPer100Ms">Share lost to each 100 ms, from 0 to 1.</param>
    public static ConversionCurve Linear(double lossPer100Ms) => new([new(0, 0), new(100, lossPer100Ms)]);

    /// <exception cref="FormatException">The points break <see cref="Rule"/>.</exception>
    public static ConversionCurve Parse(string text) =>
        TryParse(text, out var curve) ? curve : throw new FormatException($"'{text}' is not a latency curve; expected {Rule}.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out ConversionCurve? curve)
    {
        var points = ImmutableArray.CreateBuilder<CurvePoint>();
        foreach (var part in (text ?? string.Empty).Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split(':', StringSplitOptions.TrimEntries) is not [var ms, var share]
                || !Number(ms, out var wait)
                || !Number(share, out var lost)
                || lost > 1
                || (points.Count > 0 && (wait <= points[^1].Ms || lost < points[^1].LostShare)))
            {
                curve = null;
                return false;
            }

            points.Add(new CurvePoint(wait, lost));
        }

        curve = points.Count > 1 ? new ConversionCurve(points.ToImmutable()) : null;
        return curve is not null;
    }

    /// <param name="ms">Milliseconds; below the first point its share holds.</param>
    /// <returns>From 0 to 1; never falls as the wait grows.</returns>
    public double LostShare(double ms)
    {
        if (ms <= _points[0].Ms)
        {
            return _points[0].LostShare;
        }

        var to = 1;
        while (to < _points.Length - 1 && _points[to].Ms < ms)
        {
            to++;
        }

        var (left, right) = (_points[to - 1], _points[to]);
        return Math.Min(1, left.LostShare + ((right.LostShare - left.LostShare) * ((ms - left.Ms) / (right.Ms - left.Ms))));
    }

    public override string ToString() =>
        string.Join(", ", _points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Ms}:{point.LostShare}")));

    private static bool Number(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
