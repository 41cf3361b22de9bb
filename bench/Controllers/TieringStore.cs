using Idp.Simulation;
using Idp.Simulation.Workloads;

namespace Idp.Bench.Controllers;

/// <summary>One demand file, played as days, split among objects that are born and fade.</summary>
/// <remarks>
/// The files are hourly totals of whole stores over one to two and a half weeks; age rules of 30 and 90 days need months. So each
/// hour of a file is played as one day. A total is split among objects by Zipf popularity (exponent 0.99), as many that the mean
/// one is read as often as asked for, each born on some day and losing half its popularity in 10 to 1,000 days. Ranks are drawn from
/// log-spaced strata and weighted by the stratum's width: a few objects speak for the long tail.
/// </remarks>
internal sealed class TieringStore
{
    private const int Strata = 120;
    private const double Exponent = 0.99;

    /// <param name="readsPerDay">Of the mean object; sets how many objects share the demand.</param>
    public TieringStore(DemandFile file, double readsPerDay, int seed)
    {
        Name = file.Name;
        Days = file.Hours;
        var total = file.Gets.Sum();
        BytesPerRead = total > 0 ? (long)(file.GetBytes.Sum() / total) : 0;
        Objects = total > 0 ? Draw([.. file.Gets], readsPerDay, new Random(seed)) : [];
    }

    public string Name { get; }

    public int Days { get; }

    public long BytesPerRead { get; }

    public IReadOnlyList<TieringObject> Objects { get; }

    private static List<TieringObject> Draw(double[] perDay, double readsPerDay, Random random)
    {
        var population = Math.Max(Strata, perDay.Average() / readsPerDay);
        var objects = new List<TieringObject>();
        var popularity = new double[perDay.Length]; // Of all objects together, by day.
        for (var stratum = 0; stratum < Strata; stratum++)
        {
            var (from, to) = (Math.Pow(population, stratum / (double)Strata), Math.Pow(population, (stratum + 1) / (double)Strata));
            var rank = from + ((to - from) * random.NextDouble());
            var drawn = new TieringObject(
                Weight: to - from,
                SizeBytes: (long)random.LogUniform(1e7, 1e10),
                Born: random.NextDouble() < 0.7 ? 0 : random.Next(perDay.Length),
                Fades: random.LogUniform(10, 1_000),
                Popularity: Math.Pow(rank, -Exponent),
                Reads: new long[perDay.Length]);
            objects.Add(drawn);
            for (var day = drawn.Born; day < popularity.Length; day++)
            {
                popularity[day] += drawn.Weight * drawn.PopularityOn(day);
            }
        }

        foreach (var drawn in objects)
        {
            for (var day = drawn.Born; day < perDay.Length; day++)
            {
                drawn.Reads[day] = random.Poisson(perDay[day] * drawn.PopularityOn(day) / popularity[day]);
            }
        }

        return objects;
    }
}

/// <param name="Weight">Objects that this one stands for.</param>
/// <param name="Born">Day it is first stored.</param>
/// <param name="Fades">Days in which half of its popularity goes.</param>
/// <param name="Reads">By day.</param>
internal sealed record TieringObject(double Weight, long SizeBytes, int Born, double Fades, double Popularity, long[] Reads)
{
    public double PopularityOn(int day) => Popularity * Math.Pow(2, -(day - Born) / Fades);
}
