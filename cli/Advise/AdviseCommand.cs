using System.CommandLine;
using Idp.Advise.Fleets;
using Idp.Advise.Html;
using Idp.Advise.Reports;
using Idp.Cli.Output;

namespace Idp.Cli.Advise;

/// <summary><c>idp advise</c>: what static placement costs on somebody's own log, and what the plane would have saved.</summary>
internal static class AdviseCommand
{
    private static readonly Option<FileInfo?> Html = new("--html") { Description = "Write the report as one page with charts, too", HelpName = "FILE" };

    private static readonly Option<int?> Objects = new("--objects") { Description = "Replay that many of the dearest objects one by one; without, what about a minute allows", HelpName = "N" };

    public static Command Create() => new Command("advise", "Tell from an access log what static placement costs and what the plane would have saved. Installs and moves nothing.")
        .With([.. LogArguments.All, Html, Objects])
        .WithExamples(
            "idp advise --trace access.csv.gz --home us-east-1 --html advice.html",
            "idp advise --trace access.csv --key user_id --map-region Frankfurt=eu-central-1 --revenue-per-operation 0.002",
            "idp advise --otlp traces.json --key tenant.id --intents intents/ --json",
            "idp advise --trace samples/global-team-a/trace.csv.gz --key user --reads-per-write 9 --until 2021-07-01",
            "idp advise --from-telemetry")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Value(Objects) is < 1)
        {
            throw CliException.Usage($"--objects is {context.Value(Objects)}; expected at least 1.");
        }

        var loaded = await new LogLoader(context).LoadAsync(cancellationToken);
        var fleet = new FleetBuilder(loaded.Market, loaded.Assumptions, loaded.Rules, loaded.Home).Build(loaded.Log);
        var reporter = new AdviseReporter(loaded.Log, fleet, loaded.Rules, loaded.Assumptions);
        var report = await Task.Run(() => reporter.Report(context.Value(Objects), loaded.Facts, new LineProgress(context.Error), cancellationToken), cancellationToken);
        context.Data.Write(report, AdviseView.Render);
        if (context.Value(Html) is { } page)
        {
            await File.WriteAllTextAsync(page.FullName, AdvisePage.Write(report), cancellationToken);
            await context.Error.WriteLineAsync($"idp: the page is in {page}");
        }

        return ExitCode.Ok;
    }
}
