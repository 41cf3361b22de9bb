using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Simulation.ClosedLoop;
using Idp.Simulation.Workloads;

namespace Idp.Bench.ClosedLoop;

/// <summary>What the plane costs in a simulated world, beside published methods and what knowing the future would have cost.</summary>
internal sealed class ClosedLoopBench : IBench
{
    private const int Seeds = 20;
    private const int TuningSeeds = 3;
    private const double HeadroomFrom = 1.05;

    public string Name => "closed-loop";

    public string Description => "total cost, waits and moves on every workload and trace, against published baselines and the clairvoyant bound";

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var comparisons = ImmutableArray.CreateBuilder<Comparison>();
        foreach (var family in (ImmutableArray<WorkloadFamily>)[.. SyntheticLoads.All, .. DemandLoads.All, .. TraceLoads.All])
        {
            var comparison = Comparison.Run(
                family, Enumerable.Range(1, Seeds), Enumerable.Range(TraceLoads.FirstTuningSeed, TuningSeeds), [Plane()], cancellationToken);
            comparisons.Add(comparison);
            await Console.Error.WriteLineAsync(Line(comparison));
        }

        await WriteAsync(comparisons.ToImmutable(), cancellationToken);
        return Figures(comparisons.ToImmutable());
    }

    private static string Line(Comparison comparison) => string.Create(
        CultureInfo.InvariantCulture,
        $"{comparison.Workload,-24} {comparison.Kind,-11} plane {comparison.Plane.Ratio.Mean:0.000} (worst seed {comparison.Plane.Ratio.Max:0.000}), best baseline {comparison.BestBaseline.Ratio.Mean:0.000} {comparison.BestBaseline.Policy}");

    private static Contender Plane() => new(
        "plane", "defaults", PolicyRole.Plane, _ => new PlanePolicy(new ForecastOptions(), new PlannerOptions()));

    private static Dictionary<string, double> Figures(ImmutableArray<Comparison> comparisons)
    {
        var seasonal = Of(comparisons, WorkloadKind.Seasonal);
        var adversarial = Of(comparisons, WorkloadKind.Adversarial);
        var jumps = Of(comparisons, WorkloadKind.Jump);
        var constant = Of(comparisons, WorkloadKind.Static);
        return new Dictionary<string, double>
        {
            ["meanRatioSeasonal"] = seasonal.Average(entry => entry.Plane.Ratio.Mean),
            ["worstRatioSeasonal"] = seasonal.Max(entry => entry.Plane.Ratio.Mean),
            ["worstSeedRatioSeasonal"] = seasonal.Max(entry => entry.Plane.Ratio.Max),
            ["worstRatioAdversarial"] = adversarial.Max(entry => entry.Plane.Ratio.Mean),
            ["worstSeedRatioAdversarial"] = adversarial.Max(entry => entry.Plane.Ratio.Max),
            ["worstVsBestBaseline"] = comparisons.Where(entry => entry.BestBaseline.Ratio.Mean >= HeadroomFrom).Max(VsBestBaseline),
            ["worstVsBestBaselineJump"] = jumps.Where(entry => entry.BestBaseline.Ratio.Mean >= HeadroomFrom).Max(VsBestBaseline),
            ["worstMovesAboveBestBaselineJump"] = jumps.Max(MovesAboveBestBaseline),
            ["worstVsHindsightStaticOnStatic"] = constant.Max(VsHindsightStatic),
            ["workloads"] = comparisons.Length,
            ["seasonalWorkloads"] = seasonal.Length,
            ["adversarialWorkloads"] = adversarial.Length,
            ["jumpWorkloads"] = jumps.Length,
            ["seedsPerWorkload"] = Seeds,
        };
    }

    private static Comparison[] Of(ImmutableArray<Comparison> comparisons, WorkloadKind kind) => [.. comparisons.Where(entry => entry.Kind == kind)];

    private static double VsBestBaseline(Comparison comparison) => comparison.Plane.Ratio.Mean / comparison.BestBaseline.Ratio.Mean;

    // How many moves of each object the plane's extra cost would have paid for; negative when it is cheaper.
    private static double MovesAboveBestBaseline(Comparison comparison) =>
        (double)((comparison.Plane.TotalUsd - comparison.BestBaseline.TotalUsd) / comparison.Objects / comparison.MoveUsd);

    private static double VsHindsightStatic(Comparison comparison) =>
        comparison.Plane.Ratio.Mean / comparison.Rows.Single(row => row.Policy == "hindsight static set").Ratio.Mean;

    private static async Task WriteAsync(ImmutableArray<Comparison> comparisons, CancellationToken cancellationToken)
    {
        var folder = Results.Folder();
        await File.WriteAllTextAsync(Path.Combine(folder, "closed-loop-table.json"), JsonSerializer.Serialize(comparisons, BenchReport.Json) + "\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "closed-loop.svg"), RatioChart.Draw(comparisons), cancellationToken);
    }
}
