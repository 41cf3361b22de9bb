using System.Collections.Immutable;
using Idp.Core.Planning;

namespace Idp.Simulation.Workloads;

/// <summary>Workloads made from a description alone.</summary>
public static class SyntheticLoads
{
    private const int TwoDays = 48;
    private const int Week = 168;
    private const int Objects = 3;

    /// <value>All, in the order in which they are reported.</value>
    public static ImmutableArray<WorkloadFamily> All { get; } =
    [
        new("static", Static),
        new("follow-the-sun", FollowTheSun),
        new("diurnal", Diurnal),
        new("weekly", Weekly),
        new("growth", Growth),
        new("cold-decay", ColdDecay),
        new("user-migration", UserMigration),
        new("flash-crowd", FlashCrowd),
        new("step", Step),
        new("square-wave", SquareWave),
        new("random-switch", RandomSwitch),
    ];

    private static Workload Static(int seed) => Of("static", seed, factory =>
    {
        var shares = factory.Shares();
        return (_, region) => shares[region];
    });

    // Offices around the world: each region works while the others sleep.
    private static Workload FollowTheSun(int seed) => Of("follow-the-sun", seed, factory =>
    {
        var shares = factory.Shares();
        return (hour, region) => shares[region] * Clock.OfficeHours(hour, factory.Regions[region]);
    });

    private static Workload Diurnal(int seed) => Of("diurnal", seed, factory =>
    {
        var shares = factory.Shares();
        return (hour, region) => shares[region] * Clock.Smooth(hour, factory.Regions[region]);
    });

    private static Workload Weekly(int seed) => Of("weekly", seed, factory =>
    {
        var (work, leisure) = (factory.Shares(), factory.Shares());
        return (hour, region) => Clock.IsWeekend(hour, factory.Regions[region])
            ? 0.4 * leisure[region] * Clock.Smooth(hour, factory.Regions[region])
            : work[region] * Clock.OfficeHours(hour, factory.Regions[region]);
    }, hours: 4 * Week, warmUpHours: Week);

    private static Workload Growth(int seed) => Of("growth", seed, factory =>
    {
        var shares = factory.Shares();
        var perWeek = 1.2 + (0.8 * factory.Random.NextDouble());
        return (hour, region) => shares[region] * Clock.OfficeHours(hour, factory.Regions[region]) * Math.Pow(perWeek, hour / (double)Week);
    });

    private static Workload ColdDecay(int seed) => Of("cold-decay", seed, factory =>
    {
        var shares = factory.Shares();
        var halfLife = 24 + (48 * factory.Random.NextDouble());
        return (hour, region) => shares[region] * Clock.Smooth(hour, factory.Regions[region]) * Math.Pow(0.5, hour / halfLife);
    });

    // A user who works from one place, moves house once, and keeps the habits of the day.
    private static Workload UserMigration(int seed) => Of("user-migration", seed, factory =>
    {
        var (from, to) = TwoRegions(factory);
        var moves = factory.Random.Next(TwoDays + 24, 2 * Week - TwoDays);
        return (hour, region) => region == (hour < moves ? from : to) ? Clock.OfficeHours(hour, factory.Regions[region]) : 0;
    });

    // Two crowds of one region each come within an hour and thin out with a half-life of three hours.
    private static Workload FlashCrowd(int seed) => Of("flash-crowd", seed, factory =>
    {
        var shares = factory.Shares();
        var crowds = Enumerable.Range(0, 2)
            .Select(_ => (Hour: factory.Random.Next(TwoDays, (2 * Week) - TwoDays), Region: factory.Random.Next(factory.Regions.Length), Size: 5 + (15 * factory.Random.NextDouble())))
            .ToArray();
        return (hour, region) => (shares[region] * Clock.Smooth(hour, factory.Regions[region]))
            + crowds.Where(crowd => crowd.Region == region && hour >= crowd.Hour).Sum(crowd => crowd.Size * Math.Pow(0.5, (hour - crowd.Hour) / 3.0));
    });

    private static Workload Step(int seed) => Of("step", seed, factory =>
    {
        var (before, after) = (factory.Shares(), factory.Shares());
        var at = factory.Random.Next(TwoDays + 24, 2 * Week - TwoDays);
        return (hour, region) => hour < at ? before[region] : after[region];
    });

    // All demand jumps between two far regions, as often as to make whoever follows come too late.
    private static Workload SquareWave(int seed) => Of("square-wave", seed, factory =>
    {
        var (first, second) = TwoRegions(factory);
        var halfPeriod = factory.Random.Next(4, 21);
        return (hour, region) => region == (hour / halfPeriod % 2 == 0 ? first : second) ? 1 : 0;
    }, isAdversarial: true);

    // The same with lengths that nothing predicts: geometric, twelve hours on average.
    private static Workload RandomSwitch(int seed) => Of("random-switch", seed, factory =>
    {
        var where = new int[2 * Week];
        for (var hour = 1; hour < where.Length; hour++)
        {
            where[hour] = factory.Random.Next(12) == 0 ? factory.Random.Next(factory.Regions.Length) : where[hour - 1];
        }

        return (hour, region) => region == where[hour] ? 1 : 0;
    }, isAdversarial: true);

    private static Workload Of(
        string name, int seed, Func<LoadFactory, Func<int, int, double>> activity, int hours = 2 * Week, int warmUpHours = TwoDays, bool isAdversarial = false)
    {
        var factory = new LoadFactory(name, seed);
        return factory.Make(name, Objects, warmUpHours, _ => factory.Draw(hours, activity(factory)), isAdversarial);
    }

    private static (int First, int Second) TwoRegions(LoadFactory factory)
    {
        var first = factory.Random.Next(factory.Regions.Length);
        return (first, (first + factory.Random.Next(1, factory.Regions.Length)) % factory.Regions.Length);
    }
}
