using System.Collections.Immutable;

namespace Idp.Simulation.Baselines;

/// <summary>A method with the settings it may be tuned to.</summary>
/// <param name="Variants">At least one; tuning takes the one that is cheapest on workloads set aside for it.</param>
/// <param name="NeedsEveryRegion">It ignores the cap on sites, so it is shown but not compared.</param>
public sealed record Baseline(string Name, ImmutableArray<BaselineVariant> Variants, bool NeedsEveryRegion = false)
{
    private static readonly double[] HalfLives = [1, 4, 12, 48, 168, 720];

    /// <value>Every baseline, in the order in which they are reported. All are online: none sees what has not happened.</value>
    public static ImmutableArray<Baseline> All { get; } =
    [
        new("never move", [new("first touch", _ => new NeverMove())]),
        new("static single", [new("past best", warmUpHours => new StaticFit(warmUpHours - 1, maxSites: 1))]),
        new("static set", [new("past best", warmUpHours => new StaticFit(warmUpHours - 1, maxSites: 3))]),
        new("Akkio-like",
        [
            .. from halfLife in HalfLives
               from replicas in (int[])[1, 2, 3]
               select new BaselineVariant($"half-life {halfLife} h, {replicas} replicas", _ => new AkkioLike(halfLife, replicas)),
        ]),
        new("Volley-like",
        [
            .. from interval in (int[])[6, 24, 168]
               from halfLife in (double[])[24, 168, 720]
               select new BaselineVariant($"every {interval} h, half-life {halfLife} h", _ => new VolleyLike(interval, halfLife)),
        ]),
        new("SPANStore-like",
        [
            .. from readMs in (double[])[10, 25, 50, 100, 150]
               from writeMs in (double[])[100, 150, 200, 1_000]
               select new BaselineVariant($"reads {readMs} ms, writes {writeMs} ms", _ => new SpanStoreLike(readMs, writeMs)),
        ]),
        new("break-even TTL",
        [
            .. from factor in (double[])[0.01, 0.05, 0.25, 1, 4]
               from writeLocal in (bool[])[false, true]
               select new BaselineVariant($"{factor} × break-even, {(writeLocal ? "write local" : "fixed base")}", _ => new BreakEvenTtl(factor, writeLocal)),
        ]),
        new("full replication", [new("every region", _ => new FullReplication())], NeedsEveryRegion: true),
    ];
}
