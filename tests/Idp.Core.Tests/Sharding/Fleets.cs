using System.Collections.Immutable;
using Idp.Core.Sharding;

namespace Idp.Core.Tests.Sharding;

/// <summary>Small random fleets, the same for the same seed.</summary>
internal static class Fleets
{
    public static FleetProblem Random(int objects, int regions, int seed, double room = double.PositiveInfinity, double budget = double.PositiveInfinity)
    {
        var random = new Random(seed);
        var problem = Problem(Objects(objects, regions, random), random);
        return problem with
        {
            CapacityBytes = [.. Enumerable.Repeat(room * problem.Objects.SizeBytes.Sum() / regions, regions)],
            BudgetUsdPerDay = budget,
        };
    }

    /// <returns>A fleet whose sites have 0.8 to 1.5 times what it would like to use, and a budget half-way between least and wanted.</returns>
    public static FleetProblem Tight(int objects, int regions, int seed)
    {
        var open = Random(objects, regions, seed);
        var free = Solve(open);
        var average = free.UsedBytes.Sum() / regions;
        var capped = open with
        {
            CapacityBytes = [.. free.UsedBytes.Select(used => used > average ? 0.8 * used : used + (0.5 * average))],
            BudgetUsdPerDay = double.PositiveInfinity,
        };
        var least = Solve(WithValue(capped, 0)).InfrastructureUsdPerDay;
        var wanted = Solve(capped).InfrastructureUsdPerDay;
        return capped with { BudgetUsdPerDay = (double)(least + wanted) / 2 };
    }

    /// <summary>Solves in full, with default options where none are given, until the test is cancelled.</summary>
    public static FleetPlan Solve(FleetProblem problem, SolverOptions? options = null, ScarcityPrices? warmStart = null) =>
        FleetSolver.Solve(problem, options ?? new SolverOptions(), warmStart, TestContext.Current.CancellationToken);

    public static FleetProblem WithValue(FleetProblem problem, double factor)
    {
        var objects = Clone(problem.Objects);
        for (var at = 0; at < objects.Count; at++)
        {
            objects.UsdPerMs[at] *= factor;
        }

        return problem with { Objects = objects };
    }

    public static FleetObjects Clone(FleetObjects objects, int[]? groups = null) =>
        objects.Pick([.. Enumerable.Range(0, objects.Count)], groups ?? objects.Group);

    /// <returns>The same fleet with its regions in another order: region <c>order[i]</c> becomes region <c>i</c>.</returns>
    public static FleetProblem Relabelled(FleetProblem problem, int[] order)
    {
        var (from, to, regions) = (problem.Objects, Clone(problem.Objects), order.Length);
        for (var at = 0; at < from.Count; at++)
        {
            for (var region = 0; region < regions; region++)
            {
                to.ReadsPerDay[(at * regions) + region] = from.ReadsPerDay[(at * regions) + order[region]];
                to.WritesPerDay[(at * regions) + region] = from.WritesPerDay[(at * regions) + order[region]];
            }

            to.AllowedSites[at] = Mask(from.AllowedSites[at], order);
            to.CurrentSites[at] = Mask(from.CurrentSites[at], order);
            to.CurrentPrimary[at] = (byte)Array.IndexOf(order, from.CurrentPrimary[at]);
        }

        return new FleetProblem
        {
            Regions = [.. order.Select(region => problem.Regions[region])],
            LatencyMs = [.. from caller in order from site in order select problem.LatencyMs[(caller * regions) + site]],
            StorageUsdPerGbDay = [.. order.Select(region => problem.StorageUsdPerGbDay[region])],
            EgressUsdPerGb = [.. order.Select(region => problem.EgressUsdPerGb[region])],
            OperationUsd = [.. order.Select(region => problem.OperationUsd[region])],
            CapacityBytes = [.. order.Select(region => problem.CapacityBytes[region])],
            CapacityOperationsPerDay = [.. order.Select(region => problem.CapacityOperationsPerDay[region])],
            BudgetUsdPerDay = problem.BudgetUsdPerDay,
            PaybackDays = problem.PaybackDays,
            MoveOverheadUsd = problem.MoveOverheadUsd,
            Objects = to,
        };
    }

    public static ushort Mask(ushort mask, int[] order) =>
        (ushort)Enumerable.Range(0, order.Length).Where(region => (mask >> order[region] & 1) != 0).Sum(region => 1 << region);

    private static FleetObjects Objects(int count, int regions, Random random)
    {
        var objects = new FleetObjects(count, regions);
        for (var at = 0; at < count; at++)
        {
            var operations = 1_000 * Math.Pow(1 - random.NextDouble(), -0.8);
            var writes = random.NextDouble() * 0.3;
            for (var region = 0; region < regions; region++)
            {
                var share = Math.Pow(random.NextDouble(), 4);
                objects.ReadsPerDay[(at * regions) + region] = operations * share * (1 - writes);
                objects.WritesPerDay[(at * regions) + region] = operations * share * writes;
            }

            objects.SizeBytes[at] = 1e9 * Math.Pow(1 - random.NextDouble(), -0.6);
            objects.UsdPerMs[at] = 1e-7 * (0.5 + random.NextDouble());
            objects.AnswerBytes[at] = 8_000 * random.NextDouble();
            objects.ChangeBytes[at] = 2_000 * random.NextDouble();
            objects.StrongReadShare[at] = random.Next(3) == 0 ? random.NextDouble() : 0;
            objects.SyncFactor[at] = random.Next(3) == 0 ? random.NextDouble() : 0;
            objects.MinSites[at] = (byte)(random.Next(3) == 0 ? 2 : 1);
            objects.MaxSites[at] = (byte)random.Next(2, Math.Min(regions, 3) + 1);
            objects.AllowedSites[at] = Allowed(regions, random);
            var primary = random.Next(regions);
            objects.CurrentPrimary[at] = (byte)primary;
            objects.CurrentSites[at] = (ushort)(random.Next(3) == 0 ? 0 : 1 << primary | 1 << random.Next(regions));
        }

        return objects;
    }

    // At least two regions, so that any durability floor used here can be kept.
    private static ushort Allowed(int regions, Random random)
    {
        var all = (1 << regions) - 1;
        var mask = random.Next(2) == 0 ? all : random.Next(all) + 1;
        return (ushort)(System.Numerics.BitOperations.PopCount((uint)mask) >= 2 ? mask : all);
    }

    private static FleetProblem Problem(FleetObjects objects, Random random)
    {
        var regions = objects.RegionCount;
        var ms = new double[regions * regions];
        for (var caller = 0; caller < regions; caller++)
        {
            for (var site = 0; site <= caller; site++)
            {
                ms[(caller * regions) + site] = ms[(site * regions) + caller] = caller == site ? 3 : 20 + (random.NextDouble() * 230);
            }
        }

        ImmutableArray<double> unlimited = [.. Enumerable.Repeat(double.PositiveInfinity, regions)];
        return new FleetProblem
        {
            Regions = [.. Enumerable.Range(0, regions).Select(region => RegionId.Parse($"region-{(char)('a' + region)}"))],
            LatencyMs = [.. ms],
            StorageUsdPerGbDay = [.. Enumerable.Range(0, regions).Select(_ => 0.002 + (0.003 * random.NextDouble()))],
            EgressUsdPerGb = [.. Enumerable.Range(0, regions).Select(_ => 0.02 + (0.1 * random.NextDouble()))],
            OperationUsd = [.. Enumerable.Range(0, regions).Select(_ => 1e-8 * random.NextDouble())],
            CapacityBytes = unlimited,
            CapacityOperationsPerDay = unlimited,
            BudgetUsdPerDay = double.PositiveInfinity,
            MoveOverheadUsd = 0.000_07,
            Objects = objects,
        };
    }
}
