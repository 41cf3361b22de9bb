using System.Globalization;
using System.Text;
using Idp.Advise.Reports;
using static Idp.Advise.Html.Markup;

namespace Idp.Advise.Html;

/// <summary>The report as one page that stands for itself: no scripts, nothing loaded, to be mailed and printed.</summary>
public static class AdvisePage
{
    public static string Write(AdviseReport report)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>")
            .Append(CultureInfo.InvariantCulture, $"<title>Placement advice: {Escape(report.Log.Source)}</title><style>{PageStyle.Css}</style></head><body><main>");
        Head(page, report);
        Section(page, "Where the money goes", "Revenue lost to waiting, and what is paid to the provider, over the whole log.",
            Figure(CostBars.Draw(report), Keys(("latency", "waiting"), ("storage", "storage"), ("egress", "egress and replication"), ("change", "moves"))));
        Section(page, "When it would have acted", "Each decision knew only the hours before it. It begins knowing nothing.",
            Figure(DayChart.Draw(report), Keys(("static", "as it is"), ("plane", "with the plane, and copies"), ("hand-over", "hand-overs of the primary, which copy nothing"))));
        Section(page, "Who would wait less", "Mean round trip of all operations, by where they come from. The share is that of all operations.",
            Figure(RegionChart.Draw(report), Keys(("static", "as it is"), ("plane", "with the plane"))));
        Section(page, "The most valuable moves", MovesNote(report), MoveTable.Write(report));
        if (!report.Conflicts.IsEmpty)
        {
            Section(page, "Compliance conflicts", "Where policies forbid what the log shows. The plane never goes there, whatever it would save.", ConflictTable(report));
        }

        Section(page, "How sure is this", "The saving if one assumption were otherwise and every decision the same; a plane that knew would decide better. The dashed line is the saving above.",
            Figure(Tornado.Draw(report), Keys(("static", "smaller"), ("plane", "larger"))));
        Section(page, "What is assumed", string.Empty, $"<ul>{string.Concat(report.AssumedFacts.Select(fact => $"<li>{Escape(fact)}</li>"))}</ul>");
        Section(page, "What was read", string.Empty, Reading(report));
        return page.Append("<footer>Written by <code>idp advise</code>. Nothing was installed and nothing was moved.</footer></main></body></html>\n").ToString();
    }

    private static void Head(StringBuilder page, AdviseReport report)
    {
        var saved = report.Saved;
        page.Append(CultureInfo.InvariantCulture, $"<header><h1>Placement advice for {Escape(report.Log.Source)}, {Moment(report.From)} to {Moment(report.To)} UTC</h1>")
            .Append(saved.Usd >= 0
                ? $"<p class=\"hero\">Keeping it all in {Whole(report.Home)} costs <b>{Whole(Usd(saved.UsdPerDay) + " a day")}</b> more than it needs to.</p>"
                : $"<p class=\"hero loss\">Here the plane would have cost <b>{Usd(-saved.UsdPerDay)} a day</b> more than it saves.</p>")
            .Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">{Lead(report)}</p><dl class=\"facts\">");
        Fact(page, "Cost over the log", $"{Usd(report.Static.TotalUsd)} → {Usd(report.Plane.TotalUsd)}", $"{Percent(saved.Share)} saved");
        Fact(page, "90 % interval", saved.LowUsd is { } low && saved.HighUsd is { } high ? $"{Usd(low)} to {Usd(high)}" : "log too short", "of the saving");
        Fact(page, "Mean round trip", FromTo(report.Static.MeanMs, report.Plane.MeanMs), "of all operations");
        Fact(page, "P99 round trip", FromTo(report.Static.P99Ms, report.Plane.P99Ms), "of all operations");
        page.Append("</dl></header>");
    }

    private static string Lead(AdviseReport report)
    {
        var (saved, changes, objects) = (report.Saved, report.Changes, report.Objects);
        var learned = saved.OnceLearnedUsdPerDay is { } daily ? $" After its first week it would have saved {Usd(daily)} a day." : string.Empty;
        var even = saved.BreakEvenUsdPerOperation is { } value && value > 0 ? $" It pays as long as an operation earns more than {Usd(value)}." : string.Empty;
        return $"The plane would have moved {Count(changes.Moved)} of {Count(objects.All)} objects, with {Count(changes.Copies)} copies ({Count(changes.CopiedGb)} GB) and {Count(changes.HandOvers)} hand-overs that copy nothing.{learned}{even}";
    }

    private static void Fact(StringBuilder page, string name, string value, string note) =>
        page.Append(CultureInfo.InvariantCulture, $"<div><dt>{Escape(name)}</dt><dd>{Escape(value)}<small>{Escape(note)}</small></dd></div>");

    private static void Section(StringBuilder page, string title, string note, string content) =>
        page.Append(CultureInfo.InvariantCulture, $"<section><h2>{Escape(title)}</h2>{(note.Length > 0 ? $"<p>{Escape(note)}</p>" : string.Empty)}{content}</section>");

    private static string Figure(string svg, string keys) => $"<figure>{svg}<figcaption>{keys}</figcaption></figure>";

    private static string Keys(params (string Style, string Text)[] keys) =>
        string.Concat(keys.Select(key => $"<span class=\"key k-{key.Style}\"></span>{Escape(key.Text)}"));

    private static string MovesNote(AdviseReport report) => report.Moves.IsEmpty
        ? "None would have paid."
        : "By object: where it would have saved most, and what all its moves together would have saved, their cost taken off. The reason is the planner's own, as of the first time.";

    private static string ConflictTable(AdviseReport report) =>
        "<div class=\"table\"><table class=\"wide\"><thead><tr><th>Conflict</th><th>Region</th><th>Policy</th><th class=\"n\">Objects</th><th class=\"n\">Operations</th></tr></thead><tbody>"
        + string.Concat(report.Conflicts.Select(conflict =>
            $"<tr><td class=\"bad\">{(conflict.Kind is ConflictKind.PlacedWhereForbidden ? "is there" : "is asked for from there")}</td><td>{Escape(conflict.Region)}</td><td class=\"name\">{Escape(conflict.Policy)}</td>"
            + $"<td class=\"n\">{Count(conflict.Objects)}</td><td class=\"n\">{Count(conflict.Operations)}</td></tr>"
            + $"<tr><td class=\"why\" colspan=\"5\">{Escape(conflict.Reason)}. For example {Escape(string.Join(", ", conflict.Examples))}</td></tr>"))
        + "</tbody></table></div>";

    private static string Reading(AdviseReport report)
    {
        var (log, objects) = (report.Log, report.Objects);
        List<string> lines =
        [
            $"{Count(log.Rows)} rows; {log.Columns}.",
            objects.Sampled == 0
                ? $"All {Count(objects.All)} objects were replayed."
                : $"{Count(objects.Replayed)} of {Count(objects.All)} objects, with {Percent(objects.ReplayedShare)} of all operations, were replayed one by one. {Count(objects.Sampled)} stand for the rest, drawn by their cost; what the rest costs as it is was computed exactly.",
            $"The replayed objects cost {objects.ReplayedStaticUsd:#,0.00} US dollars as they are and {objects.ReplayedPlaneUsd:#,0.00} with the plane: the simulation's own totals.",
            $"Interval: {report.Saved.Interval}.",
        ];
        if (log.OutsideRows > 0)
        {
            lines.Add($"{Count(log.OutsideRows)} accesses outside the window were left out (--days, --until).");
        }

        lines.AddRange(log.UnknownRegions.Select(region => $"{Count(region.Rows)} rows from '{region.Region}', which has no round trips, were left out (--map-region)."));
        if (log.BadRows > 0)
        {
            lines.Add($"{Count(log.BadRows)} rows could not be understood: {string.Join("; ", log.BadExamples)}.");
        }

        return $"<ul>{string.Concat(lines.Select(line => $"<li>{Escape(line)}</li>"))}</ul>";
    }
}
