using System.Globalization;
using Idp.Core.Decisions;
using Idp.Core.Migrations;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Idp.Cli.Demo;

/// <summary>The demo as a person watches it.</summary>
internal sealed class DemoView(DemoRun run, PlaneWatch watch)
{
    private static readonly LinearLatencyValue Value = new(revenueUsdPerOperation: 0.01, lossPer100Ms: 0.01);

    public IRenderable Draw() => new Rows(Header(), Latency(), Migrations(), Decisions());

    /// <summary>One line, for terminals that cannot be redrawn.</summary>
    public string Line()
    {
        var (latency, fixedMs) = run.Meter.RecentAll();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Clock.GetUtcNow():yyyy-MM-dd}  {run.Meter.Operations,7} operations  mean {latency.MeanMs,6:F1} ms (static {fixedMs:F1})  P99 {latency.QuantileMs(0.99),6:F1} ms  {watch.Completed} moved, {watch.RolledBack} rolled back  {run.Meter.Errors} errors");
    }

    private Panel Header()
    {
        var window = run.Options.Window;
        var now = run.Clock.GetUtcNow();
        var done = Math.Clamp((now - window.From) / window.Length, 0, 1);
        var bar = new string('█', (int)(done * 40)).PadRight(40, '░');
        var ui = run.Plane.TemporalUi is { } address ? $"   workflows: [link={address}]{address}[/]" : string.Empty;
        return new Panel(new Markup(
            $"{now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}  [blue]{bar}[/]  {done:P0}   1 s = {TimeSpan.FromSeconds(run.Scale).TotalHours:F1} h of the trace\n" +
            $"{run.Objects} objects, all in [bold]{run.Home}[/] at the start   {run.Meter.Operations:N0} operations, {run.Meter.Errors} errors{ui}"))
        {
            Header = new PanelHeader(" Intelligent Data Plane "),
            Expand = true,
        };
    }

    private Table Latency()
    {
        var table = new Table { Border = TableBorder.Simple, Expand = true }
            .AddColumn("callers in").AddColumn(Right("operations")).AddColumn(Right("mean ms")).AddColumn(Right("P99 ms")).AddColumn("what they wait");
        foreach (var (region, latency) in run.Meter.Recent())
        {
            table.AddRow(
                new Text(region.Value),
                new Text(latency.Count.ToString("N0", CultureInfo.InvariantCulture)),
                new Text(latency.MeanMs.ToString("F1", CultureInfo.InvariantCulture)),
                new Text(latency.QuantileMs(0.99).ToString("F1", CultureInfo.InvariantCulture)),
                Bar(latency.MeanMs));
        }

        var (all, fixedMs) = run.Meter.RecentAll();
        var days = TimeSpan.FromSeconds(12 * run.Scale).TotalDays; // Lately is 8 to 16 seconds.
        var (usd, fixedUsd) = (all.Count * Value.LostUsd(all.MeanMs) / days, all.Count * Value.LostUsd(fixedMs) / days);
        table.AddRow(
            new Markup("[bold]all[/]"),
            new Markup($"[bold]{all.Count:N0}[/]"),
            new Markup($"[bold]{all.MeanMs:F1}[/]"),
            new Markup($"[bold]{all.QuantileMs(0.99):F1}[/]"),
            new Markup(string.Create(CultureInfo.InvariantCulture, $"static placement: {fixedMs:F1} ms   waiting costs ${usd:F2}/day, static ${fixedUsd:F2}/day")));
        return table;
    }

    private Table Migrations()
    {
        var table = new Table { Border = TableBorder.Simple, Expand = true, Title = new TableTitle($"Migrations: {watch.Completed} moved, {watch.RolledBack} rolled back") }
            .AddColumn("object").AddColumn("from").AddColumn("to").AddColumn("phase").AddColumn(Right("rows")).AddColumn("verified");
        foreach (var migration in watch.Migrations.OrderBy(migration => migration.FinishedAt is not null).Take(6))
        {
            table.AddRow(
                Markup.Escape(migration.Object.ToString()), migration.Source.Value, migration.Target.Value, Colored(migration.Phase),
                migration.RowCount.ToString("N0", CultureInfo.InvariantCulture), migration.IsVerified ? "yes" : "");
        }

        return table;
    }

    private Table Decisions()
    {
        var table = new Table { Border = TableBorder.Simple, Expand = true, Title = new TableTitle("Decisions") }
            .AddColumn("object").AddColumn("outcome").AddColumn("reason");
        foreach (var decision in watch.Decisions.Where(decision => decision.Outcome != nameof(DecisionOutcome.Hold)).Take(5))
        {
            table.AddRow(Markup.Escape(decision.Object.ToString()), decision.Outcome, Markup.Escape(decision.Reason));
        }

        return table;
    }

    private static TableColumn Right(string header) => new TableColumn(header).RightAligned();

    private static Markup Bar(double ms)
    {
        var color = ms < 20 ? "green" : ms < 80 ? "yellow" : "red";
        return new Markup($"[{color}]{new string('■', Math.Clamp((int)Math.Ceiling(ms / 6), 1, 45))}[/]");
    }

    private static string Colored(MigrationPhase phase) => phase switch
    {
        MigrationPhase.Done => "[green]Done[/]",
        MigrationPhase.RolledBack or MigrationPhase.Failed or MigrationPhase.RollingBack => $"[red]{phase}[/]",
        _ => $"[blue]{phase}[/]",
    };
}
