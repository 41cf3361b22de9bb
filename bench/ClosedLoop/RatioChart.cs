using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Idp.Simulation.ClosedLoop;

namespace Idp.Bench.ClosedLoop;

/// <summary>Draws each policy's cost over the clairvoyant bound, one line a workload, on a logarithmic axis.</summary>
internal static class RatioChart
{
    private const int Left = 210;
    private const int Right = 30;
    private const int Top = 78;
    private const int LineHeight = 22;
    private const int Width = 980;
    private const double MaxRatio = 20;

    private static readonly double[] Ticks = [1, 1.1, 1.25, 1.5, 2, 3, 5, 10, 20];

    // Colours that most colour-blind readers can tell apart (Okabe and Ito, 2008).
    private static readonly string[] Colours = ["#009e73", "#e69f00", "#56b4e9", "#0072b2", "#cc79a7", "#999999", "#f0e442", "#bbbbbb"];

    public static string Draw(ImmutableArray<Comparison> comparisons)
    {
        var baselines = comparisons[0].Rows.Where(row => row.Role is PolicyRole.Baseline).Select(row => row.Policy).ToArray();
        var height = Top + (comparisons.Length * LineHeight) + 20;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="system-ui, sans-serif" font-size="12">""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<title>Total cost over the clairvoyant bound</title><rect width="{Width}" height="{height}" fill="white"/>""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="16" y="22" font-size="15" font-weight="600">Total business cost ÷ clairvoyant bound (log scale; mean of {comparisons[0].Seeds} seeds; 1 cannot be beaten)</text>""");
        Legend(svg, baselines);
        Axis(svg, height);
        foreach (var (line, comparison) in comparisons.OrderBy(entry => entry.Kind).Index())
        {
            Line(svg, comparison, baselines, Top + (line * LineHeight) + (LineHeight / 2));
        }

        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private static void Legend(StringBuilder svg, string[] baselines)
    {
        var x = 16;
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<path d="{Diamond(x + 5, 42)}" fill="#d55e00"/><text x="{x + 14}" y="46" font-weight="600">plane (bar: least to most of a seed)</text>""");
        x += 262;
        foreach (var (index, name) in baselines.Index())
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<circle cx="{x + 5}" cy="42" r="4" fill="{Colours[index]}"/><text x="{x + 13}" y="46">{WebUtility.HtmlEncode(name)}</text>""");
            x += 28 + (name.Length * 6);
        }
    }

    private static void Axis(StringBuilder svg, int height)
    {
        foreach (var tick in Ticks)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<line x1="{X(tick):0.#}" x2="{X(tick):0.#}" y1="{Top - 4}" y2="{height - 16}" stroke="#dddddd"/><text x="{X(tick):0.#}" y="{Top - 8}" text-anchor="middle" fill="#666666">{tick}</text>""");
        }
    }

    private static void Line(StringBuilder svg, Comparison comparison, string[] baselines, int y)
    {
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="16" y="{y + 4}">{WebUtility.HtmlEncode(comparison.Workload)}</text><text x="{Left - 10}" y="{y + 4}" text-anchor="end" fill="#888888" font-size="10">{comparison.Kind}</text>""");
        foreach (var row in comparison.Rows.Where(row => row.Role is PolicyRole.Baseline))
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<circle cx="{X(row.Ratio.Mean):0.#}" cy="{y}" r="4" fill="{Colours[Array.IndexOf(baselines, row.Policy)]}"><title>{WebUtility.HtmlEncode(row.Policy)} ({WebUtility.HtmlEncode(row.Setting)}): {row.Ratio.Mean:0.000}</title></circle>""");
        }

        var plane = comparison.Plane.Ratio;
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<line x1="{X(plane.Min):0.#}" x2="{X(plane.Max):0.#}" y1="{y}" y2="{y}" stroke="#d55e00" stroke-width="2"/><path d="{Diamond(X(plane.Mean), y)}" fill="#d55e00"><title>plane: {plane.Mean:0.000}, {plane.Min:0.000} to {plane.Max:0.000}</title></path>""");
    }

    private static string Diamond(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"M{x - 6:0.#} {y} L{x:0.#} {y - 6} L{x + 6:0.#} {y} L{x:0.#} {y + 6} Z");

    // What lies beyond the axis is drawn at its end.
    private static double X(double ratio) =>
        Left + ((Width - Left - Right) * Math.Log(Math.Clamp(ratio, 1, MaxRatio)) / Math.Log(MaxRatio));
}
