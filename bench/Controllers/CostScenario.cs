using System.Collections.Immutable;
using Idp.Core.Controllers.Cost;
using Idp.Core.Decisions;
using Idp.Core.Value;
using Idp.Simulation;

namespace Idp.Bench.Controllers;

/// <summary>Planted anomalies: how many are found, how fast, at what rate of false alarms; and how often the month's end lies within its interval.</summary>
internal static class CostScenario
{
    private const int Weeks = 8;
    private const int Hours = Weeks * 168;
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    public static void Run(Dictionary<string, double> figures)
    {
        Anomalies(figures);
        Forecasts(figures);
    }

    private static void Anomalies(Dictionary<string, double> figures)
    {
        var random = new Random(31);
        (string Name, Func<int, double> Factor)[] plants =
        [
            ("None", _ => 1),
            ("StepFifth", _ => 1.2),
            ("StepHalf", _ => 1.5),
            ("SpikeTriple", hour => hour < 3 ? 3 : 1),
            ("Leak2PercentAnHour", hour => 1 + (0.02 * hour)),
        ];
        const int SeriesEach = 30;
        var series = new List<(int Plant, int At, ImmutableArray<double> Usd)>();
        for (var plant = 0; plant < plants.Length; plant++)
        {
            for (var number = 0; number < SeriesEach; number++)
            {
                var at = (6 * 168) + random.Next(168);
                series.Add((plant, at, Series(random, hour => hour >= at ? plants[plant].Factor(hour - at) : 1)));
            }
        }

        // Every hour of the last four weeks the controller sees the four weeks before it.
        var controller = new CostController(new CostOptions(), new ValueOptions(), new LinearLatencyValue(0.01, 0.01));
        var found = new int?[series.Count];
        var falseAlarms = 0;
        var memory = CostMemory.None;
        for (var now = 4 * 168; now < Hours; now++)
        {
            var plan = controller.Decide(CostSnapshot.Empty(Start.AddHours(now), TimeSpan.FromHours(1)) with
            {
                Hours = [.. series.Index().Select(entry => new HourlySpend(Service(entry.Index), SpendKind.Compute, Start.AddHours(now - (4 * 168)), entry.Item.Usd[(now - (4 * 168))..now]))],
                Memory = memory,
            });
            memory = plan.Memory;
            foreach (var anomaly in plan.Anomalies.Where(anomaly => anomaly.IsNew))
            {
                var index = int.Parse(anomaly.Service.Value[1..], System.Globalization.CultureInfo.InvariantCulture);
                var (plant, at, _) = series[index];
                if (plant == 0 || now <= at)
                {
                    falseAlarms++;
                }
                else
                {
                    found[index] ??= now - at;
                }
            }
        }

        for (var plant = 1; plant < plants.Length; plant++)
        {
            int[] delays = [.. series.Index().Where(entry => entry.Item.Plant == plant).Select(entry => found[entry.Index]).OfType<int>().Order()];
            figures[$"costAnomaly{plants[plant].Name}FoundShare"] = delays.Length / (double)SeriesEach;
            figures[$"costAnomaly{plants[plant].Name}MedianHours"] = delays.Length > 0 ? delays[delays.Length / 2] : double.NaN;
        }

        var cleanHours = series.Sum(entry => entry.Plant == 0 ? 4 * 168 : entry.At - (4 * 168));
        figures["costFalseAlarmsPerSeriesMonth"] = falseAlarms / (cleanHours / 720.0);
    }

    // Dearer by day and on workdays, 3 % growth a month, noise of 5 % of which most carries over to the next hour.
    private static ImmutableArray<double> Series(Random random, Func<int, double> factor)
    {
        var (level, noise, phase) = (random.LogUniform(1, 100), 0.0, random.Next(24));
        var usd = ImmutableArray.CreateBuilder<double>(Hours);
        for (var hour = 0; hour < Hours; hour++)
        {
            noise = (0.6 * noise) + (0.8 * random.Normal());
            var shape = 1 + (0.4 * Math.Sin(2 * Math.PI * (hour + phase) / 24)) - (hour / 24 % 7 >= 5 ? 0.2 : 0);
            usd.Add(level * shape * Math.Pow(1.03, hour / 720.0) * (1 + (0.05 * noise)) * factor(hour));
        }

        return usd.MoveToImmutable();
    }

    private static void Forecasts(Dictionary<string, double> figures)
    {
        var random = new Random(32);
        (string Name, Func<Random, double[]> Make)[] regimes =
        [
            ("Steady", r => Days(r, drift: 0, walk: 0)),
            ("Growing", r => Days(r, drift: 0.003, walk: 0)),
            ("Wandering", r => Days(r, drift: 0, walk: 0.015)),
        ];
        var (heldAll, all) = (0, 0);
        foreach (var (name, make) in regimes)
        {
            var (held, count, error, width) = (0, 0, 0.0, 0.0);
            for (var number = 0; number < 200; number++)
            {
                // January to June; forecast after 5, 10 and 20 days of June from the days before.
                var days = make(random);
                var first = new DateOnly(2026, 1, 1);
                var june = new DateOnly(2026, 6, 1).DayNumber - first.DayNumber;
                var truth = days.Skip(june).Sum();
                foreach (var known in (int[])[5, 10, 20])
                {
                    var history = new DailySpend(Service(number), first, [.. days.Take(june + known).Select(usd => decimal.Round((decimal)usd, 2))]);
                    var plan = new CostController(new CostOptions(), new ValueOptions(), new LinearLatencyValue(0.01, 0.01))
                        .Decide(CostSnapshot.Empty(Start, TimeSpan.FromDays(1)) with { Days = [history] });
                    var forecast = plan.Forecasts[0];
                    held += (double)forecast.LowUsd <= truth && truth <= (double)forecast.HighUsd ? 1 : 0;
                    error += Math.Abs((double)forecast.ExpectedUsd - truth) / truth;
                    width += (double)(forecast.HighUsd - forecast.LowUsd) / truth;
                    count++;
                }
            }

            figures[$"costForecast{name}CoveredShare"] = held / (double)count;
            figures[$"costForecast{name}MeanErrorPercent"] = error / count * 100;
            figures[$"costForecast{name}MeanWidthPercent"] = width / count * 100;
            (heldAll, all) = (heldAll + held, all + count);
        }

        figures["costForecastCoveredShare"] = heldAll / (double)all;
        figures["costForecastNominalCoverage"] = new CostOptions().ForecastCoverage;
    }

    // 1 January to 30 June 2026; quieter weekends, 4 % noise.
    private static double[] Days(Random random, double drift, double walk)
    {
        var (level, days) = (random.LogUniform(10, 10_000), new double[181]);
        for (var day = 0; day < days.Length; day++)
        {
            level *= Math.Exp(drift + (walk * random.Normal()));
            var weekend = new DateOnly(2026, 1, 1).AddDays(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            days[day] = level * (weekend ? 0.7 : 1) * (1 + (0.04 * random.Normal()));
        }

        return days;
    }

    private static ServiceId Service(int number) => ServiceId.Parse($"s{number}");
}
