using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core.Controllers.Cost;
using Spectre.Console;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Commands;

internal static class SpendCommand
{
    private static readonly Option<int> Limit = Arguments.Limit(rows: 10);

    private static readonly Option<FileInfo?> Focus = new("--focus")
    {
        Description = "Write the metered lines as FinOps FOCUS 1.2 CSV instead", HelpName = "FILE",
    };

    private static readonly Option<DateOnly?> From = new("--from") { Description = "With --focus: the first UTC day; default the first of this month", HelpName = "DAY" };
    private static readonly Option<DateOnly?> To = new("--to") { Description = "With --focus: the day after the last; default up to now", HelpName = "DAY" };

    public static Command Create() => new Command("spend", "Show what data costs: the last 24 hours, budgets, the month's end, anomalies and what would save; exits with 1 if a budget is exceeded.")
        .With(Limit, Focus, From, To)
        .WithExamples("idp spend", "idp spend --json", "idp spend --focus november.csv --from 2026-11-01 --to 2026-12-01")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Value(Focus) is { } file)
        {
            return await ExportAsync(context, file, cancellationToken);
        }

        if ((context.Value(From) ?? context.Value(To)) is not null)
        {
            throw CliException.Usage("--from and --to say which days --focus exports; without it the last 24 hours are shown.");
        }

        await using var plane = Plane.Open(context);
        var view = (await plane.Get<SpendReader>().ReadAsync(context.Value(Limit), cancellationToken)).Demand();
        context.Data.Write(view, Render);
        return view.Budgets.Any(budget => budget.Level >= BudgetLevel.Over) ? ExitCode.Failed : ExitCode.Ok;
    }

    // Written beside and renamed, so that half an export never looks like a whole one.
    private static async Task<ExitCode> ExportAsync(CommandContext context, FileInfo file, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var partial = file.FullName + ".partial";
        try
        {
            FocusWritten written;
            await using (var csv = new StreamWriter(partial))
            {
                written = (await plane.Get<SpendReader>().ExportAsync(context.Value(From), context.Value(To), csv, cancellationToken)).Demand();
            }

            File.Move(partial, file.FullName, overwrite: true);
            context.Data.Write(written, (console, done) => console.WriteText(string.Create(
                CultureInfo.InvariantCulture, $"{done.Lines} lines, ${done.TotalUsd:#,##0.00}, from {done.From:yyyy-MM-dd} to before {done.To:yyyy-MM-dd} in {file.FullName}")));
            return ExitCode.Ok;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage(refused.Message, refused);
        }
        finally
        {
            if (File.Exists(partial))
            {
                File.Delete(partial);
            }
        }
    }

    private static void Render(IAnsiConsole console, SpendView view)
    {
        var total = view.Report.TotalUsd;
        console.WriteText(string.Create(
            CultureInfo.InvariantCulture, $"{(total == 0 ? "Less than a cent" : FormattableString.Invariant($"${total:#,##0.00}"))} in the 24 hours up to {Text.Moment(view.AsOf)}"));
        if (total > 0)
        {
            console.WriteText(string.Empty);
            Spent(console, view.Report);
        }

        Tell(console, "Budgets", view.Budgets.Where(budget => budget.Budget.BudgetUsdPerDay > 0).Select(budget => budget.Reason));
        Tell(console, "Month's end", view.Forecasts.Select(forecast => forecast.ToString()));
        Tell(console, "Anomalies", view.Anomalies.Select(anomaly => anomaly.Reason));
        if (!view.Suggestions.IsEmpty)
        {
            console.WriteText(string.Empty);
            console.WriteRows(
                ["SUGGESTION", "ABOUT", "REGION", ">SAVES/MONTH", ">ONCE", "PAYBACK", "RISK", "REASON"],
                view.Suggestions.Select(found => new[]
                {
                    found.Kind.ToString(),
                    found.Subject,
                    found.To is { } to ? $"{found.Region} → {to}" : found.Region.Value,
                    Usd(found.NetUsdPerMonth),
                    Usd(found.OneOffUsd),
                    found.Payback is { } payback ? payback == TimeSpan.Zero ? "at once" : Text.Duration(payback) : "never",
                    found.Risk.ToString(),
                    found.Reason,
                }));
        }
    }

    private static void Spent(IAnsiConsole console, SpendReport report) => console.WriteRows(
        ["BY", "WHAT", ">USD"],
        [
            .. Lines("service", report.ByService),
            .. Lines("kind", report.ByKind),
            .. Lines("region", report.ByRegion),
            .. Lines("tier", report.ByTier),
            .. Lines("use", report.ByPurpose),
            .. Lines("object", report.ByObject),
        ]);

    private static IEnumerable<string[]> Lines(string by, ImmutableArray<SpendLine> lines) =>
        lines.Where(line => line.Usd > 0).Select((line, index) => new[] { index == 0 ? by : string.Empty, line.Key, Usd(line.Usd) });

    private static void Tell(IAnsiConsole console, string title, IEnumerable<string> sentences)
    {
        foreach (var (index, sentence) in sentences.Index())
        {
            console.WriteText(index == 0 ? $"{Environment.NewLine}{title}: {sentence}" : $"  {sentence}");
        }
    }

    private static string Usd(decimal usd) => usd.ToString("#,##0.00", CultureInfo.InvariantCulture);
}
