using System.Diagnostics;
using Idp.Advise.Fleets;
using Idp.Advise.Html;
using Idp.Advise.Reports;
using Idp.Advise.Traces;
using Idp.Simulation;

namespace Idp.Bench.Advise;

/// <summary>Times advice on a million rows, from the gzipped file to the finished page.</summary>
internal sealed class AdviseBench : IBench
{
    private const int Rows = 1_000_000;

    public string Name => "advise";

    public string Description => "a million rows of the sample trace, folded onto four weeks: seconds from the file to the page, and what the advice says";

    public Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetTempPath(), $"idp-advise-{Environment.ProcessId}.csv.gz");
        try
        {
            FoldedTrace.Write(path, Rows);
            return Task.FromResult<IReadOnlyDictionary<string, double>>(Measure(path, cancellationToken));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Dictionary<string, double> Measure(string path, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var market = Market.Of(SampleData.RoundTrips(), SampleData.Prices().At(DateOnly.MaxValue));
        var settings = new TraceSettings { Regions = market.RoundTrips.Regions, ReadsPerWrite = 9 };
        DemandLog log;
        using (var file = File.OpenRead(path))
        {
            log = new CsvTraceReader(settings).Read(file, "million.csv.gz", progress: null, cancellationToken);
        }

        var read = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var assumptions = new Assumptions();
        var fleet = new FleetBuilder(market, assumptions, Rules.None, home: null).Build(log);
        var report = new AdviseReporter(log, fleet, Rules.None, assumptions).Report(objects: null, [], progress: null, cancellationToken);
        var page = AdvisePage.Write(report);
        var all = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new Dictionary<string, double>
        {
            ["rows"] = log.Summary.Rows,
            ["objects"] = report.Objects.All,
            ["secondsInAll"] = all,
            ["secondsReading"] = read,
            ["peakGb"] = Process.GetCurrentProcess().PeakWorkingSet64 / 1e9,
            ["pageKb"] = page.Length / 1e3,
            ["replayedObjects"] = report.Objects.Replayed,
            ["replayedShareOfOperations"] = report.Objects.ReplayedShare,
            ["sampledObjects"] = report.Objects.Sampled,
            ["staticUsd"] = (double)report.Static.TotalUsd,
            ["planeUsd"] = (double)report.Plane.TotalUsd,
            ["bestSingleInHindsightUsd"] = (double)report.BestSingle.TotalUsd,
            ["bestStandingInHindsightUsd"] = (double)report.BestStanding.TotalUsd,
            ["clairvoyantUsd"] = (double)report.ClairvoyantUsd,
            ["savedUsd"] = (double)report.Saved.Usd,
            ["savedLowUsd"] = (double)(report.Saved.LowUsd ?? 0),
            ["savedHighUsd"] = (double)(report.Saved.HighUsd ?? 0),
            ["savedShare"] = report.Saved.Share,
            ["staticMeanMs"] = report.Static.MeanMs,
            ["planeMeanMs"] = report.Plane.MeanMs,
            ["staticP99Ms"] = report.Static.P99Ms,
            ["planeP99Ms"] = report.Plane.P99Ms,
        };
    }
}
