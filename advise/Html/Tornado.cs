using Idp.Advise.Reports;
using static Idp.Advise.Html.Markup;

namespace Idp.Advise.Html;

/// <summary>How far the saving swings with each assumption, widest first.</summary>
internal static class Tornado
{
    private const double Width = 720;
    private const double Left = 190;
    private const double Right = 60;
    private const double RowHeight = 40;

    public static string Draw(AdviseReport report)
    {
        var rows = report.Sensitivities;
        decimal[] ends = [0, report.Saved.Usd, .. rows.SelectMany(row => new[] { row.LowUsd, row.HighUsd })];
        var scale = new Scale((double)ends.Min(), (double)ends.Max(), Left, Width - Right);
        var bottom = (rows.Length * RowHeight) + 10;
        var svg = new Svg(Width, bottom + 24, "Saving under other assumptions");
        foreach (var tick in scale.Ticks)
        {
            svg.Line(scale.At(tick), 4, scale.At(tick), bottom, "grid").Text(scale.At(tick), bottom + 16, Tick(tick), "t dim", "middle");
        }

        var middle = scale.At((double)report.Saved.Usd);
        foreach (var (index, row) in rows.Index())
        {
            var y = 8 + (index * RowHeight);
            svg.Text(4, y + 20, row.Assumption, "t strong");
            Bar(svg, scale, middle, y, row.Assumption, row.LowLabel, row.LowUsd, "low");
            Bar(svg, scale, middle, y, row.Assumption, row.HighLabel, row.HighUsd, "high");
        }

        return svg.Line(scale.At(0), 4, scale.At(0), bottom, "axis").Line(middle, 4, middle, bottom, "bound").ToString();
    }

    private static void Bar(Svg svg, Scale scale, double middle, double y, string assumption, string label, decimal usd, string style)
    {
        var end = scale.At((double)usd);
        svg.Rectangle(Math.Min(end, middle), y + 4, Math.Max(1.5, Math.Abs(end - middle)), 22, style, $"{assumption} {label}: saves {Usd(usd)}");
        svg.Text(end < middle ? end - 5 : end + 5, y + 19, label, "t dim", end < middle ? "end" : "start");
    }
}
