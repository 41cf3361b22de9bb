using System.Globalization;
using Idp.Advise.Reports;
using Idp.Cli.Output;
using Spectre.Console;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Advise;

/// <summary>The report as people read it in a terminal.</summary>
internal static class AdviseView
{
    public static void Render(IAnsiConsole console, AdviseReport report)
    {
        var (saved, changes) = (report.Saved, report.Changes);
        console.WriteText($"{report.Log.Source}: {Text.Count((long)report.Objects.Operations)} operations on {Text.Count(report.Objects.All)} objects, {Text.Moment(report.From)} to {Text.Moment(report.To)}");
        console.WriteText(saved.Usd >= 0
            ? $"Keeping it all in {report.Home} costs ${Usd(saved.UsdPerDay)} a day more than it needs to ({saved.Share:P1} of ${Usd(report.Static.TotalUsd)})."
            : $"Here the plane would have cost ${Usd(-saved.UsdPerDay)} a day more than it saves.");
        console.WriteText(saved.LowUsd is { } low && saved.HighUsd is { } high
            ? $"Saved over the log: ${Usd(saved.Usd)}, from ${Usd(low)} to ${Usd(high)} ({saved.Interval})"
            : $"Saved over the log: ${Usd(saved.Usd)} ({saved.Interval})");
        if (saved.OnceLearnedUsdPerDay is { } learned)
        {
            console.WriteText($"After its first week: ${Usd(learned)} a day");
        }

        if (saved.BreakEvenUsdPerOperation is { } even && even > 0)
        {
            console.WriteText($"It pays as long as an operation earns more than ${Usd(even)}");
        }

        console.WriteText(string.Empty);
        Costs(console, report);
        console.WriteText($"Moves: {Count(changes.Moved)} objects, {Count(changes.Copies)} copies ({Count(changes.CopiedGb)} GB), {Count(changes.HandOvers)} hand-overs that copy nothing");
        console.WriteText(string.Empty);
        console.WriteRows(["CALLERS IN", ">OPERATIONS", ">MEAN MS NOW", ">WITH PLANE"], report.Regions.Select(region => new[]
        {
            region.Region, Text.Count((long)region.Operations), Text.Ms(region.StaticMeanMs), region.PlaneMeanMs is { } ms ? Text.Ms(ms) : "-",
        }));
        Moves(console, report);
        Conflicts(console, report);
        console.WriteText(string.Empty);
        console.WriteRows(["SAVED IF", "IS", ">USD", "OR", ">USD"], report.Sensitivities.Select(row => new[]
        {
            row.Assumption, row.LowLabel, Usd(row.LowUsd), row.HighLabel, Usd(row.HighUsd),
        }));
        Reading(console, report);
    }

    private static void Costs(IAnsiConsole console, AdviseReport report)
    {
        console.WriteRows(
            ["PLACEMENT", ">TOTAL USD", ">WAITING", ">STORAGE", ">EGRESS", ">MOVES", ">MEAN MS", ">P99 MS"],
            new (string Name, PlacementCost Cost)[]
            {
                ("as it is", report.Static), ("with the plane", report.Plane), ("best single region, in hindsight", report.BestSingle), ("best standing copies, in hindsight", report.BestStanding),
            }.Select(row => new[]
            {
                row.Name, Usd(row.Cost.TotalUsd), Usd(row.Cost.LatencyUsd), Usd(row.Cost.StorageUsd), Usd(row.Cost.EgressUsd), Usd(row.Cost.ChangeUsd), Text.Ms(row.Cost.MeanMs), Text.Ms(row.Cost.P99Ms),
            }).Append([report.Objects.Sampled > 0 ? "nobody can pay less than, about" : "nobody can pay less than", Usd(report.ClairvoyantUsd), string.Empty, string.Empty, string.Empty, string.Empty, string.Empty, string.Empty]));
        console.WriteText(string.Empty);
    }

    private static void Moves(IAnsiConsole console, AdviseReport report)
    {
        if (report.Moves.IsEmpty)
        {
            return;
        }

        console.WriteText(string.Empty);
        console.WriteRows(["OBJECT", "FROM", "TO", "FIRST", ">TIMES", ">OTHER MOVES", ">SAVES USD/D", "REASON"], report.Moves.Select(move => new[]
        {
            move.Object, move.From, move.To, Text.Moment(move.First), Text.Count(move.Times), Text.Count(move.OtherMoves), Usd(move.SavedUsdPerDay), move.Reason,
        }));
    }

    private static void Conflicts(IAnsiConsole console, AdviseReport report)
    {
        if (report.Conflicts.IsEmpty)
        {
            return;
        }

        console.WriteText(string.Empty);
        console.WriteRows(["CONFLICT", "REGION", "POLICY", ">OBJECTS", ">OPERATIONS", "REASON"], report.Conflicts.Select(conflict => new[]
        {
            conflict.Kind is ConflictKind.PlacedWhereForbidden ? "is there" : "is asked for from there", conflict.Region, conflict.Policy,
            Text.Count(conflict.Objects), Text.Count((long)conflict.Operations), conflict.Reason,
        }));
    }

    private static void Reading(IAnsiConsole console, AdviseReport report)
    {
        console.WriteText(string.Empty);
        var (log, objects) = (report.Log, report.Objects);
        console.WriteText(objects.Sampled == 0
            ? $"Replayed: all {Text.Count(objects.All)} objects"
            : $"Replayed: {Text.Count(objects.Replayed)} objects with {objects.ReplayedShare:P0} of all operations; {Text.Count(objects.Sampled)} drawn by cost stand for the rest");
        console.WriteText($"Read: {Text.Count(log.Rows)} rows; {log.Columns}");
        foreach (var region in log.UnknownRegions)
        {
            console.WriteText($"Left out: {Text.Count(region.Rows)} rows from '{region.Region}', which has no round trips (--map-region)");
        }

        if (log.BadRows > 0)
        {
            console.WriteText($"Left out: {Text.Count(log.BadRows)} rows that could not be understood, the first {log.BadExamples[0]}");
        }

        if (log.OutsideRows > 0)
        {
            console.WriteText($"Left out: {Text.Count(log.OutsideRows)} accesses outside the window (--days, --until)");
        }

        foreach (var fact in report.AssumedFacts)
        {
            console.WriteText($"Assumed: {fact}");
        }
    }

    private static string Usd(decimal usd) => usd.ToString(Math.Abs(usd) >= 1 || usd == 0 ? "#,0.00" : "0.######", CultureInfo.InvariantCulture);

    private static string Count(double count) => count.ToString("#,0.#", CultureInfo.InvariantCulture);
}
