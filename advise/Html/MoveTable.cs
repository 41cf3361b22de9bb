using Idp.Advise.Reports;
using static Idp.Advise.Html.Markup;

namespace Idp.Advise.Html;

/// <summary>The most valuable moves, each with the planner's own words.</summary>
internal static class MoveTable
{
    public static string Write(AdviseReport report) => report.Moves.IsEmpty
        ? string.Empty
        : "<div class=\"table\"><table class=\"wide\"><thead><tr><th>Object</th><th>From → to</th><th>First</th><th class=\"n\">Times</th><th class=\"n\">Other moves</th><th class=\"n\">Saves a day</th></tr></thead><tbody>"
            + string.Concat(report.Moves.Select(Row))
            + "</tbody></table></div>";

    private static string Row(AdvisedMove move) =>
        $"<tr><td class=\"name\">{Escape(move.Object)}</td><td>{Whole(move.From)} → {string.Join(", ", move.To.Split(", ").Select(Whole))}</td><td>{Whole(Moment(move.First))}</td><td class=\"n\">{Count(move.Times)}</td><td class=\"n\">{Count(move.OtherMoves)}</td><td class=\"n good\">{Usd(move.SavedUsdPerDay)}</td></tr>"
        + $"<tr><td class=\"why\" colspan=\"6\">{Escape(move.Reason)}</td></tr>";
}
