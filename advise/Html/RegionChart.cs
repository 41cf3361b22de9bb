using Idp.Advise.Reports;
using static Idp.Advise.Html.Markup;

namespace Idp.Advise.Html;

/// <summary>What callers of each region wait, before and after.</summary>
internal static class RegionChart
{
    private const double Width = 720;
    private const double Left = 190;
    private const double Right = 70;
    private const double RowHeight = 32;

    public static string Draw(AdviseReport report)
    {
        var all = report.Regions.Sum(region => region.Operations);
        var scale = new Scale(0, report.Regions.Max(region => Math.Max(region.StaticMeanMs, region.PlaneMeanMs ?? 0)), Left, Width - Right);
        var bottom = (report.Regions.Length * RowHeight) + 8;
        var svg = new Svg(Width, bottom + 24, "Mean round trip by the caller's region");
        foreach (var tick in scale.Ticks)
        {
            svg.Line(scale.At(tick), 4, scale.At(tick), bottom, "grid").Text(scale.At(tick), bottom + 16, Ms(tick), "t dim", "middle");
        }

        foreach (var (index, region) in report.Regions.Index())
        {
            var y = 18 + (index * RowHeight);
            var before = scale.At(region.StaticMeanMs);
            svg.Text(4, y + 4, region.Region, "t strong").Text(Left - 12, y + 4, Percent(region.Operations / all), "t dim", "end");
            if (region.PlaneMeanMs is not { } ms)
            {
                svg.Circle(before, y, 5.5, "static-dot").Text(before + 12, y + 4, $"{Ms(region.StaticMeanMs)}; none of them was replayed", "t dim");
                continue;
            }

            var after = scale.At(ms);
            svg.Line(before, y, after, y, "span")
                .Circle(before, y, 5.5, "static-dot", $"{region.Region}: {Ms(region.StaticMeanMs)} as it is")
                .Circle(after, y, 5.5, "plane-dot", $"{region.Region}: {Ms(ms)} with the plane")
                .Text(Math.Max(before, after) + 12, y + 4, FromTo(region.StaticMeanMs, ms), "t dim");
        }

        return svg.ToString();
    }
}
