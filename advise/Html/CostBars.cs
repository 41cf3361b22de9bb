using Idp.Advise.Reports;
using static Idp.Advise.Html.Markup;

namespace Idp.Advise.Html;

/// <summary>What each way of placing the data costs, by what it is paid for.</summary>
internal static class CostBars
{
    private const double Width = 720;
    private const double Left = 4;
    private const double Right = 120;
    private const double RowHeight = 54;

    public static string Draw(AdviseReport report)
    {
        (string Name, PlacementCost Cost, string Note)[] rows =
        [
            ("As it is", report.Static, $"everything in {report.Home}"),
            ("Intelligent Data Plane", report.Plane, "each decision knowing only the past"),
            ("Best single region, in hindsight", report.BestSingle, "a bound: nobody knows it in advance"),
            ("Best standing copies, in hindsight", report.BestStanding, "a bound: nobody knows it in advance"),
        ];
        var scale = new Scale(0, (double)rows.Max(row => row.Cost.TotalUsd), Left, Width - Right);
        var svg = new Svg(Width, (rows.Length * RowHeight) + 26, "Cost by way of placement");
        foreach (var (index, row) in rows.Index())
        {
            Draw(svg, scale, row.Name, row.Cost, row.Note, index * RowHeight);
        }

        var bound = scale.At((double)report.ClairvoyantUsd);
        for (var row = 0; row < rows.Length; row++)
        {
            svg.Line(bound, (row * RowHeight) + 18, bound, (row * RowHeight) + 44, "bound");
        }

        return svg
            .Text(Math.Min(bound, Width - 260), (rows.Length * RowHeight) + 20, $"┆ nobody can pay less than {(report.Objects.Sampled > 0 ? "about " : string.Empty)}{Usd(report.ClairvoyantUsd)}")
            .ToString();
    }

    private static void Draw(Svg svg, Scale scale, string name, PlacementCost cost, string note, double top)
    {
        svg.Text(Left, top + 14, name, "t strong").Text(Width - 4, top + 14, $"{Ms(cost.MeanMs)} mean, {Ms(cost.P99Ms)} P99", "t dim", "end");
        var at = 0m;
        foreach (var (label, usd, style) in ((string, decimal, string)[])
        [
            ("waiting", cost.LatencyUsd, "latency"), ("storage", cost.StorageUsd, "storage"), ("egress and replication", cost.EgressUsd, "egress"), ("moves", cost.ChangeUsd, "change"),
        ])
        {
            svg.Rectangle(scale.At((double)at), top + 21, scale.At((double)(at + usd)) - scale.At((double)at), 20, style, $"{name}: {label} {Usd(usd)}; {note}");
            at += usd;
        }

        svg.Text(scale.At((double)at) + 8, top + 36, Usd(cost.TotalUsd), "t strong");
    }
}
