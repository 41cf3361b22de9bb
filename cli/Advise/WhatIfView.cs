using System.Globalization;
using Idp.Advise.WhatIfs;
using Idp.Cli.Output;
using Spectre.Console;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Advise;

/// <summary>A what-if as people read it in a terminal.</summary>
internal static class WhatIfView
{
    public static void Render(IAnsiConsole console, WhatIfReport report)
    {
        console.WriteText($"What if: {string.Join("; ", report.Changes)}");
        console.WriteText($"{Text.Count(report.ChangedObjects)} of {Text.Count(report.Objects)} objects would stand otherwise; copying them costs ${Usd(report.CopiesUsd)} once");
        console.WriteText(string.Empty);
        console.WriteRows(
            ["STANDING PLACEMENT", ">USD/DAY", ">WAITING", ">STORAGE", ">EGRESS", ">MEAN MS", ">P90 MS", ">P99 MS", ">COPIES"],
            [Row("before", report.Before), Row("after", report.After), Difference(report.Before, report.After)]);
        if (!report.Routes.IsEmpty)
        {
            console.WriteText(string.Empty);
            console.WriteRows(["FROM", "TO", ">OBJECTS", ">USD/DAY"], report.Routes.Select(route => new[] { route.From, route.To, Text.Count(route.Objects), Signed(route.UsdPerDay) }));
            console.WriteText(string.Empty);
            console.WriteRows(["OBJECT", "FROM", "TO", ">USD/DAY", ">MS BEFORE", ">MS AFTER"], report.Moved.Select(entry => new[]
            {
                entry.Object, entry.From, entry.To, Signed(entry.UsdPerDay), Text.Ms(entry.MeanMsBefore), Text.Ms(entry.MeanMsAfter),
            }));
        }

        foreach (var name in report.NowherePlaced)
        {
            console.WriteText($"Nowhere allowed: {name} stays where it is");
        }

        foreach (var (dataset, least) in report.UnmetBudgets)
        {
            console.WriteText($"Budget not met: {(dataset == "*" ? "everything" : dataset)} costs at least ${Usd(least)} a day");
        }
    }

    private static string[] Row(string name, StandingFigures figures) =>
    [
        name, Usd(figures.TotalUsdPerDay), Usd(figures.LatencyUsdPerDay), Usd(figures.StorageUsdPerDay), Usd(figures.EgressUsdPerDay),
        Text.Ms(figures.MeanMs), Text.Ms(figures.P90Ms), Text.Ms(figures.P99Ms), figures.Copies.ToString("0.00", CultureInfo.InvariantCulture),
    ];

    private static string[] Difference(StandingFigures before, StandingFigures after) =>
    [
        "difference", Signed(after.TotalUsdPerDay - before.TotalUsdPerDay), Signed(after.LatencyUsdPerDay - before.LatencyUsdPerDay), Signed(after.StorageUsdPerDay - before.StorageUsdPerDay),
        Signed(after.EgressUsdPerDay - before.EgressUsdPerDay), Signed(after.MeanMs - before.MeanMs), Signed(after.P90Ms - before.P90Ms), Signed(after.P99Ms - before.P99Ms),
        (after.Copies - before.Copies).ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture),
    ];

    private static string Usd(decimal usd) => usd.ToString(Math.Abs(usd) >= 1 || usd == 0 ? "#,0.00" : "0.######", CultureInfo.InvariantCulture);

    private static string Signed(decimal usd) => usd == 0 ? "0.00" : (usd < 0 ? "−" : "+") + Usd(Math.Abs(usd));

    private static string Signed(double ms) => ms.ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);
}
