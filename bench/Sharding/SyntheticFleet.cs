using System.Collections.Immutable;
using System.Numerics;
using Idp.Core;
using Idp.Core.Sharding;
using Idp.Simulation;

namespace Idp.Bench.Sharding;

/// <summary>A fleet with heavy-tailed demand in eight real regions, whose capacities and budget bind.</summary>
/// <remarks>
/// Operations follow a Pareto law (exponent 1.15), sizes and values log-normal ones; nearly half of the objects have one home,
/// a third two or three, the rest callers everywhere. Round trips and prices are those of the sample world. Limits are set from
/// what the same fleet would use if nothing were scarce: the four busiest regions hold 85 to 95 % of that, the others half as much
/// again, and the budget lies half-way between the cheapest infrastructure possible and what the fleet would like to spend.
/// </remarks>
internal static class SyntheticFleet
{
    private const int RegionCount = 8;
    private const double DaysPerMonth = 30;

    private const double DiscretionaryShare = 0.5;

    // The fleet must not depend on the search that it is to measure.
    private static readonly SolverOptions Quick = new() { ExactUpTo = 0 };

    // Latitude and longitude of the regions' cities, in degrees: Ashburn, Portland, São Paulo, Dublin, Frankfurt, Mumbai, Singapore, Tokyo.
    private static readonly (double Latitude, double Longitude)[] Places =
        [(39, -77), (46, -123), (-24, -47), (53, -6), (50, 9), (19, 73), (1, 104), (36, 140)];

    private static readonly double[] Population = [0.25, 0.12, 0.08, 0.15, 0.15, 0.12, 0.07, 0.06];
    private static readonly double[] BusyRegionRoom = [0.85, 0.85, 0.9, 0.95];

    public static FleetProblem Create(int count, int seed)
    {
        var open = Unlimited(Objects(count, new Random(seed)));
        var free = FleetSolver.Solve(open, Quick);
        int[] busiest = [.. Enumerable.Range(0, RegionCount).OrderByDescending(region => free.UsedBytes[region])];
        var capacity = new double[RegionCount];
        foreach (var (rank, region) in busiest.Index())
        {
            capacity[region] = free.UsedBytes[region] * (rank < BusyRegionRoom.Length ? BusyRegionRoom[rank] : 1.5);
        }

        var roomy = open with { CapacityBytes = [.. capacity], BudgetUsdPerDay = double.PositiveInfinity };
        return roomy with { BudgetUsdPerDay = BudgetOf(roomy) };
    }

    // Between what the fleet costs when only infrastructure counts and what it would like to spend.
    private static double BudgetOf(FleetProblem problem)
    {
        var wanted = (double)FleetSolver.Solve(problem, Quick).InfrastructureUsdPerDay;
        var value = problem.Objects.UsdPerMs.ToArray();
        Array.Clear(problem.Objects.UsdPerMs);
        var least = (double)FleetSolver.Solve(problem, Quick).InfrastructureUsdPerDay;
        value.CopyTo(problem.Objects.UsdPerMs, 0);
        return least + (DiscretionaryShare * (wanted - least));
    }

    public static FleetProblem Unlimited(FleetObjects objects)
    {
        ImmutableArray<Region> regions = [.. SampleData.Regions().Take(RegionCount)];
        var roundTrips = SampleData.RoundTrips();
        ImmutableArray<double> none = [.. Enumerable.Repeat(double.PositiveInfinity, RegionCount)];
        return new FleetProblem
        {
            Regions = [.. regions.Select(region => region.Id)],
            LatencyMs = [.. from caller in regions from site in regions select roundTrips[caller.Id, site.Id]],
            StorageUsdPerGbDay = [.. regions.Select(region => (double)region.Prices.HotUsdPerGbMonth / DaysPerMonth)],
            EgressUsdPerGb = [.. regions.Select(region => (double)region.Prices.EgressUsdPerGb)],
            OperationUsd = [.. regions.Select(region => (double)region.Prices.VcpuUsdPerHour * 0.001 / 3_600)], // A millisecond of a virtual CPU.
            CapacityBytes = none,
            CapacityOperationsPerDay = none,
            BudgetUsdPerDay = double.PositiveInfinity,
            PaybackDays = 30,
            MoveOverheadUsd = 0.000_07,
            Objects = objects,
        };
    }

    /// <returns>The same fleet without limits, objects of one number placed together.</returns>
    public static FleetProblem Grouped(FleetProblem problem, int[] groups) =>
        Unlimited(problem.Objects.Pick([.. Enumerable.Range(0, problem.Objects.Count)], groups));

    /// <returns>Where a region lies, as a unit vector from the Earth's centre.</returns>
    public static Vector3 DirectionOf(int region)
    {
        var (latitude, longitude) = (Places[region].Latitude * Math.PI / 180, Places[region].Longitude * Math.PI / 180);
        return new Vector3(
            (float)(Math.Cos(latitude) * Math.Cos(longitude)), (float)(Math.Cos(latitude) * Math.Sin(longitude)), (float)Math.Sin(latitude));
    }

    private static FleetObjects Objects(int count, Random random)
    {
        var objects = new FleetObjects(count, RegionCount);
        Span<double> shares = stackalloc double[RegionCount];
        for (var at = 0; at < count; at++)
        {
            var home = Region(random);
            Spread(random, home, shares);
            var operations = Math.Min(1e8, 1_500 * Math.Pow(1 - random.NextDouble(), -1 / 1.15));
            Demand(objects, at, random, operations, shares);
            objects.SizeBytes[at] = 1e9 * Math.Pow(operations / 1_500, 0.3) * LogNormal(random, 1.5);
            objects.UsdPerMs[at] = 1e-7 * LogNormal(random, 1);
            objects.AnswerBytes[at] = 4_096 * LogNormal(random, 0.8);
            objects.ChangeBytes[at] = 1_024 * LogNormal(random, 0.8);
            Rules(objects, at, random);
            Today(objects, at, random, home);
        }

        return objects;
    }

    private static void Spread(Random random, int home, Span<double> shares)
    {
        var kind = random.NextDouble();
        shares.Fill(kind < 0.45 ? 0.01 : 0.005);
        if (kind < 0.45)
        {
            shares[home] += 0.9;
        }
        else if (kind < 0.80)
        {
            for (var others = random.Next(1, 3); others >= 0; others--)
            {
                shares[others == 0 ? home : Region(random)] += 0.2 + random.NextDouble();
            }
        }
        else
        {
            for (var region = 0; region < RegionCount; region++)
            {
                shares[region] = Population[region] * LogNormal(random, 0.7);
            }
        }

        var total = 0.0;
        foreach (var share in shares)
        {
            total += share;
        }

        for (var region = 0; region < RegionCount; region++)
        {
            shares[region] /= total;
        }
    }

    private static void Demand(FleetObjects objects, int at, Random random, double operations, Span<double> shares)
    {
        var writeShare = Math.Exp(Math.Log(0.01) + (random.NextDouble() * Math.Log(50))); // 1 to 50 %.
        for (var region = 0; region < RegionCount; region++)
        {
            objects.ReadsPerDay[(at * RegionCount) + region] = operations * shares[region] * (1 - writeShare);
            objects.WritesPerDay[(at * RegionCount) + region] = operations * shares[region] * writeShare;
        }
    }

    // Regions in order: us-east-1, us-west-2, sa-east-1, eu-west-1, eu-central-1, ap-south-1, ap-southeast-1, ap-northeast-1.
    private static void Rules(FleetObjects objects, int at, Random random)
    {
        objects.AllowedSites[at] = random.NextDouble() switch
        {
            < 0.65 => 0b1111_1111,
            < 0.80 => 0b0001_1000, // EU alone.
            < 0.90 => 0b0001_1011, // EU and US.
            < 0.95 => 0b1110_0000, // Asia.
            _ => 0b1111_1100, // Anywhere but the US.
        };
        objects.MinSites[at] = (byte)(random.NextDouble() < 0.4 ? 2 : 1);
        objects.MaxSites[at] = (byte)(random.NextDouble() < 0.3 ? 2 : 3);
        objects.StrongReadShare[at] = random.NextDouble() switch { < 0.7 => 0, < 0.9 => 0.2, _ => 1 };
        objects.SyncFactor[at] = random.NextDouble() switch { < 0.6 => 0, < 0.85 => 0.5, _ => 1 };
    }

    private static void Today(FleetObjects objects, int at, Random random, int home)
    {
        var allowed = objects.AllowedSites[at];
        var primary = random.NextDouble() < 0.5 ? home : 0;
        if (random.NextDouble() < 0.1 || (allowed >> primary & 1) == 0)
        {
            return; // New.
        }

        var replica = Region(random);
        objects.CurrentPrimary[at] = (byte)primary;
        objects.CurrentSites[at] = (ushort)(1 << primary | ((allowed >> replica & 1) != 0 && random.NextDouble() < 0.5 ? 1 << replica : 0));
    }

    private static int Region(Random random)
    {
        var at = random.NextDouble();
        var region = 0;
        while (region < RegionCount - 1 && (at -= Population[region]) > 0)
        {
            region++;
        }

        return region;
    }

    private static double LogNormal(Random random, double sigma)
    {
        var (u, v) = (1 - random.NextDouble(), random.NextDouble());
        return Math.Exp(sigma * Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v));
    }
}
