using System.Globalization;
using Idp.Advise.Reports;
using static Idp.Advise.Html.Markup;

namespace Idp.Advise.Html;

/// <summary>What each day costs, as it is and with the plane, and below how much is moved.</summary>
internal static class DayChart
{
    private const double Width = 720;
    private const double Left = 62;
    private const double Right = 8;
    private const double CostTop = 12;
    private const double CostBottom = 200;
    private const double MoveTop = 246;
    private const double MoveBottom = 300;

    public static string Draw(AdviseReport report)
    {
        var days = report.Days;
        var slot = (Width - Left - Right) / days.Length;
        double X(int day) => Left + ((day + 0.5) * slot);
        var cost = new Scale(0, (double)days.Max(day => Math.Max(day.StaticUsd, day.PlaneUsd)), CostBottom, CostTop);
        var moves = new Scale(0, Math.Max(1, days.Max(day => day.Copies + day.HandOvers)), MoveBottom, MoveTop, ticks: 2);
        var svg = new Svg(Width, 326, "Cost and moves, day by day");
        foreach (var tick in cost.Ticks)
        {
            svg.Line(Left, cost.At(tick), Width - Right, cost.At(tick), "grid").Text(Left - 6, cost.At(tick) + 4, Tick(tick), "t dim", "end");
        }

        (double, double)[] stay = [.. days.Index().Select(day => (X(day.Index), cost.At((double)day.Item.StaticUsd)))];
        (double, double)[] plane = [.. days.Index().Select(day => (X(day.Index), cost.At((double)day.Item.PlaneUsd)))];
        svg.Path([.. stay, .. plane.Reverse()], "saved-area", isClosed: true).Path(stay, "static-line").Path(plane, "plane-line");
        svg.Text(Left, MoveTop - 14, "moves that day", "t dim").Line(Left, MoveBottom, Width - Right, MoveBottom, "axis");
        svg.Text(Left - 6, moves.At(moves.Ticks[^1]) + 10, Count(moves.Ticks[^1]), "t dim", "end");
        foreach (var (index, day) in days.Index())
        {
            Draw(svg, moves, day, X(index), slot);
            svg.Circle(X(index), cost.At((double)day.StaticUsd), 2.5, "static-dot", $"{Day(day.Day)}: {Usd(day.StaticUsd)} as it is")
                .Circle(X(index), cost.At((double)day.PlaneUsd), 2.5, "plane-dot", $"{Day(day.Day)}: {Usd(day.PlaneUsd)} with the plane");
        }

        var every = Math.Max(1, (int)Math.Ceiling(days.Length / 10.0));
        foreach (var (index, day) in days.Index().Where(day => day.Index % every == 0 && (day.Index == 0 || X(day.Index) < Width - 30)))
        {
            svg.Text(X(index), MoveBottom + 18, day.Day.ToString("MMM d", CultureInfo.InvariantCulture), "t dim", "middle");
        }

        return svg.ToString();
    }

    private static void Draw(Svg svg, Scale moves, DayFigures day, double x, double slot)
    {
        var (copies, all) = (moves.At(day.Copies), moves.At(day.Copies + day.HandOvers));
        var tip = $"{Day(day.Day)}: {Count(day.Copies)} copies, {Count(day.HandOvers)} hand-overs";
        svg.Rectangle(x - (slot * 0.35), copies, slot * 0.7, MoveBottom - copies, "copy", tip).Rectangle(x - (slot * 0.35), all, slot * 0.7, copies - all, "hand-over", tip);
    }
}
