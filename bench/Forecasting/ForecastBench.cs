using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Idp.Core.Forecasting;
using Idp.Simulation.Workloads;

namespace Idp.Bench.Forecasting;

/// <summary>Forecasts real hourly demand with a rolling origin: the blend against each of its members.</summary>
/// <remarks>
/// Every hour from the third day on is an origin. WAPE of a series is Σ|error| ÷ Σ demand; figures are means over series, GET and PUT apart.
/// Series with demand in less than half of their hours count as intermittent and are shown apart, as in the trials (research/feasibility.md section 3).
/// Options are the defaults and no option was fitted to these files. What was compared on them, once each: the plain weighted mean, the weighted median
/// and the interquartile mean (kept) as combination; fixed smoothing (kept) and a choice of three; 72 hours of errors fading (kept) and flat.
/// </remarks>
internal sealed class ForecastBench : IBench
{
    private const int WarmUpHours = 48;
    private const double RegularFrom = 0.5;

    private static readonly int[] Ahead = [1, 2, 4, 8];

    public string Name => "forecast";

    public string Description => "mean WAPE of forecasts 1, 2, 4 and 8 hours ahead on real demand, of the blend and of each member";

    public Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        foreach (var (kind, counts) in (ReadOnlySpan<(string, Func<DemandFile, ImmutableArray<double>>)>)[("Get", file => file.Gets), ("Put", file => file.Puts)])
        {
            cancellationToken.ThrowIfCancellationRequested();
            RollingOrigin[] results = [.. DemandSeries.All(counts).Select(series => RollingOrigin.Run(series, Ahead, WarmUpHours))];
            RollingOrigin[] regular = [.. results.Where(result => result.Series.Filled >= RegularFrom)];
            RollingOrigin[] intermittent = [.. results.Except(regular)];
            figures[$"series{kind}"] = regular.Length;
            AddWape(figures, $"wape{kind}", regular);
            AddRatios(figures, kind);
            figures[$"covered90{kind}1h"] = regular.Average(result => result.Covered90);
            figures[$"mase{kind}1h"] = regular.Average(result => result.Mase);
            figures[$"jumpsPerDay{kind}"] = regular.Average(result => result.JumpsPerDay);
            figures[$"seriesIntermittent{kind}"] = intermittent.Length;
            AddWape(figures, $"wapeIntermittent{kind}", intermittent);
        }

        figures["bytesPerSeries"] = SeriesState.Bytes;
        figures["bytesPerQuietSeries"] = Unsafe.SizeOf<QuietState>();
        figures["nanosecondsPerObservation"] = NanosecondsPerObservation();
        return Task.FromResult<IReadOnlyDictionary<string, double>>(figures);
    }

    private static void AddWape(Dictionary<string, double> figures, string prefix, IReadOnlyList<RollingOrigin> results)
    {
        foreach (var (index, ahead) in Ahead.Index())
        {
            figures[$"{prefix}Blend{ahead}h"] = results.Average(result => result.Wape(index, member: null));
            foreach (var member in Enum.GetValues<ForecastMember>())
            {
                figures[$"{prefix}{member}{ahead}h"] = results.Average(result => result.Wape(index, member));
            }
        }
    }

    // Below 1 the blend beats the best of its members at that distance.
    private static void AddRatios(Dictionary<string, double> figures, string kind)
    {
        foreach (var ahead in Ahead)
        {
            figures[$"ratioToBestMember{kind}{ahead}h"] = figures[$"wape{kind}Blend{ahead}h"]
                / Enum.GetValues<ForecastMember>().Min(member => figures[$"wape{kind}{member}{ahead}h"]);
        }
    }

    private static double NanosecondsPerObservation()
    {
        const int Hours = 200_000;
        var forecaster = new HourlyForecaster(new ForecastOptions(), new CohortProfiles(regions: 1));
        var state = HourlyForecaster.Start(cohort: 0, region: 0, hour: 1);
        var random = new Random(42);
        var started = 0L;
        for (var hour = 1; hour <= 2 * Hours; hour++)
        {
            started = hour == Hours ? Stopwatch.GetTimestamp() : started; // The first half compiles and warms.
            forecaster.Observe(ref state, hour, random.Next(100, 200));
        }

        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Hours;
    }
}
