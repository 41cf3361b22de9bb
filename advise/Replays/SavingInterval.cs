using System.Collections.Immutable;

namespace Idp.Advise.Replays;

/// <summary>How sure a saving is: what it would have been had the days of the log, and the objects of the sample, fallen otherwise.</summary>
/// <param name="LowUsd">5 % of the draws are below.</param>
/// <param name="HighUsd">5 % of the draws are above.</param>
/// <param name="BlockDays">Days that were drawn together.</param>
/// <remarks>
/// Circular block bootstrap over days (Politis and Romano, 1992), so that a day's traffic stays with its neighbours', weekends included; objects of a
/// sample are drawn anew each time. It says nothing of assumptions that are wrong: those are what the sensitivities are for.
/// </remarks>
public sealed record SavingInterval(double LowUsd, double HighUsd, int BlockDays)
{
    private const int Draws = 2_000;
    private const int MinDays = 3;
    private const int Week = 7;

    /// <returns>Null when the log is too short to tell.</returns>
    public static SavingInterval? Of(FleetReplay replay)
    {
        var days = (replay.Fleet.Hours + 23) / 24;
        if (days < MinDays)
        {
            return null;
        }

        var block = days >= 3 * Week ? Week : 1;
        var head = new double[days];
        foreach (var entry in replay.Head)
        {
            for (var day = 0; day < days; day++)
            {
                head[day] += entry.DailyStaticUsd[day] - entry.DailyPlaneUsd[day];
            }
        }

        var random = new Random(1);
        var savings = new double[Draws];
        var times = new int[days];
        for (var draw = 0; draw < Draws; draw++)
        {
            DrawDays(random, times, block);
            savings[draw] = Sum(head, times) + RestSaving(replay, random, times);
        }

        Array.Sort(savings);
        return new SavingInterval(savings[(int)(Draws * 0.05)], savings[(int)(Draws * 0.95)], block);
    }

    private static void DrawDays(Random random, int[] times, int block)
    {
        Array.Clear(times);
        for (var drawn = 0; drawn < times.Length;)
        {
            var start = random.Next(times.Length);
            for (var day = 0; day < block && drawn < times.Length; day++, drawn++)
            {
                times[(start + day) % times.Length]++;
            }
        }
    }

    private static double RestSaving(FleetReplay replay, Random random, int[] times)
    {
        var (saved, cost) = (0.0, 0.0);
        for (var i = 0; i < replay.Sample.Length; i++)
        {
            var drawn = random.Next(replay.Sample.Length);
            var (stay, plane) = (Sum(replay.Sample[drawn].DailyStaticUsd, times), Sum(replay.Sample[drawn].DailyPlaneUsd, times));
            saved += replay.SampleWeights[drawn] * (stay - plane);
            cost += replay.SampleWeights[drawn] * stay;
        }

        return cost > 0 ? replay.RestStaticUsd * saved / cost : 0;
    }

    private static double Sum(IReadOnlyList<double> daily, int[] times)
    {
        var sum = 0.0;
        for (var day = 0; day < times.Length; day++)
        {
            sum += times[day] * daily[day];
        }

        return sum;
    }
}
