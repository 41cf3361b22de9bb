using System.Globalization;

namespace Idp.Core.Sharding;

/// <summary>Finds the least change, of one thing at a time, that makes another choice cheapest.</summary>
/// <remarks>Every choice's cost is linear in each of these things, so two evaluations give all thresholds exactly.</remarks>
internal static class FlipFinder
{
    private const int MaxFlips = 8;
    private const double Farthest = 1_000; // Times today's value, or its share: what lies beyond is no answer.
    private const double Beyond = 1e-6; // Relative step past the threshold.

    public static IEnumerable<ChoiceFlip> Find(FleetProblem problem, OneItem item, ChoiceWriter writer, int chosen) =>
        (from flip in All(problem, item, writer, chosen)
         orderby Math.Abs(Math.Log(flip.To / flip.From)), flip.Kind, flip.Region?.Value
         select flip).Take(MaxFlips);

    private static IEnumerable<ChoiceFlip> All(FleetProblem problem, OneItem item, ChoiceWriter writer, int chosen)
    {
        foreach (var kind in Enum.GetValues<FlipKind>())
        {
            var isRegional = kind is FlipKind.Demand or FlipKind.StoragePrice or FlipKind.EgressPrice;
            for (var region = 0; region < (isRegional ? problem.Regions.Length : 1); region++)
            {
                var today = item.Today(kind, region);
                if (today <= 0)
                {
                    continue;
                }

                var slopes = Slopes(item, kind, region, today);
                foreach (var sign in (int[])[1, -1])
                {
                    if (Threshold(item.Costs.Usd, slopes, chosen, sign) is var (distance, other) && other >= 0
                        && Past(today, distance, sign) is var to && to / today is > 1 / Farthest and < Farthest)
                    {
                        var becomes = writer.Write(other);
                        RegionId? of = isRegional ? problem.Regions[region] : null;
                        yield return new ChoiceFlip(kind, of, today, to, becomes, Text(kind, of, today, to, becomes));
                    }
                }
            }
        }
    }

    private static double Past(double today, double distance, int sign) => today + (sign * distance * (1 + Beyond)) + (sign * today * Beyond);

    // By today's value itself: a step of the same size keeps both evaluations equally exact.
    private static double[] Slopes(OneItem item, FlipKind kind, int region, double today)
    {
        var later = item.UsdAt(kind, region, 2 * today);
        return [.. later.Select((usd, option) => double.IsFinite(usd) ? (usd - item.Costs.Usd[option]) / today : double.NaN)];
    }

    // The first of the other choices that undercuts the chosen one when the value moves that way.
    private static (double Distance, int Option) Threshold(double[] usd, double[] slopes, int chosen, int sign)
    {
        var (nearest, best) = (double.PositiveInfinity, -1);
        for (var option = 0; option < usd.Length; option++)
        {
            var catchesUp = sign * (slopes[chosen] - slopes[option]);
            if (option != chosen && catchesUp > 0 && (usd[option] - usd[chosen]) / catchesUp is var distance && distance < nearest)
            {
                (nearest, best) = (distance, option);
            }
        }

        return (nearest, best);
    }

    private static string Text(FlipKind kind, RegionId? region, double today, double to, SiteChoice becomes)
    {
        var rises = to > today;
        var least = rises ? "at least" : "at most";
        var factor = Round(to / today, rises);
        var change = kind switch
        {
            FlipKind.Demand => $"demand from {region} {least} × {factor}",
            FlipKind.StoragePrice => $"storage in {region} {least} ${Round(to * 30, rises)} a GB-month",
            FlipKind.EgressPrice => $"egress from {region} {least} ${Round(to, rises)} a GB",
            FlipKind.LatencyValue => $"a millisecond worth {least} × {factor}",
            FlipKind.Size => $"size {least} × {factor}",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of change."),
        };
        return $"{change}: then {ChoiceWriter.Names(becomes)}";
    }

    // Three digits, away from today, so that what is read still flips.
    private static string Round(double value, bool up)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 2);
        var rounded = up ? Math.Ceiling(value / unit) * unit : Math.Floor(value / unit) * unit;
        return rounded.ToString("G3", CultureInfo.InvariantCulture);
    }
}
