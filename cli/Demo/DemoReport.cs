using System.Globalization;
using Idp.Simulation;
using Spectre.Console;

namespace Idp.Cli.Demo;

/// <summary>The demo's last word: a table for people, one object for machines.</summary>
internal static class DemoReport
{
    public static void Write(CommandContext context, DemoRun run, DemoResult result) =>
        context.Data.Write(result, (console, shown) => Draw(console, run, shown));

    private static void Draw(IAnsiConsole console, DemoRun run, DemoResult result)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle("The last two thirds of the window") }
            .AddColumn("placement").AddColumn(Right("mean ms")).AddColumn(Right("P99 ms")).AddColumn("how");
        table.AddRow("[bold]Intelligent Data Plane[/]", $"[bold]{Ms(result.MeanLatencyMs)}[/]", $"[bold]{Ms(result.P99LatencyMs)}[/]", "measured by the clients, database time included");
        Shadow(table, "static, 1 site", run.Shadows.Static.Latency, $"everything in {run.Home}, the best single region");
        Shadow(table, "static, 2 sites", run.Shadows.TwoSites.Latency, $"everything on {string.Join(" and ", run.Shadows.TwoSites.Sites)}");
        Shadow(table, "static, 3 sites", run.Shadows.ThreeSites.Latency, $"everything on {string.Join(", ", run.Shadows.ThreeSites.Sites)}");
        Shadow(table, "hindsight", run.Shadows.Hindsight.Latency, "each object in its best region of each week, known in advance");
        console.Write(table);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.HindsightGainShare:P0} of the gain that hindsight has over the static placement. Shadows count round trips alone; sites of sets are the same for all objects."));
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.MigrationsCompleted} migrations, {result.VerifiedMigrations} of them verified before their switch; {result.MigrationsRolledBack} rolled back."));
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Operations:N0} operations: {result.ClientErrors} errors, {result.StaleReads} stale reads. The demo's own ledger has {result.AcknowledgedWrites:N0} acknowledged writes to {result.CheckedObjects} objects; each was read back: {result.LostWrites} lost."));
    }

    private static void Shadow(Table table, string name, LatencyReport latency, string how) =>
        table.AddRow(name, Ms(latency.Scored.MeanMs), Ms(latency.Scored.P99Ms), how);

    private static string Ms(double ms) => ms.ToString("F1", CultureInfo.InvariantCulture);

    private static TableColumn Right(string header) => new TableColumn(header).RightAligned();
}
