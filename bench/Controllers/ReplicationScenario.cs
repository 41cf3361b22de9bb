using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Controllers.Placement;
using Idp.Core.Controllers.Replication;
using Idp.Core.Decisions;
using Idp.Simulation;

namespace Idp.Bench.Controllers;

/// <summary>The arithmetic of availability against simulated failures, and the copies it chooses against the targets they were chosen for.</summary>
internal static class ReplicationScenario
{
    private const double SimulatedYears = 200_000; // Two copies fail together about every five years: tens of thousands of events.

    public static void Run(Dictionary<string, double> figures)
    {
        var options = new ReplicationOptions();
        var failures = new FailureSimulation(options, new Random(11));
        for (var copies = 1; copies <= 3; copies++)
        {
            double[] each = [.. Enumerable.Repeat(options.RegionUnavailability, copies)];
            var (calculated, simulated) = (new AvailabilityModel(options).Of(each).Unavailability, failures.Unavailability(each, SimulatedYears));
            figures[$"replicationCalculatedDownMinutesPerYear{copies}"] = calculated * 365 * 24 * 60;
            figures[$"replicationSimulatedDownMinutesPerYear{copies}"] = simulated * 365 * 24 * 60;
            figures[$"replicationCalculatedToSimulated{copies}"] = calculated / simulated;
        }

        options.DurabilityMinimum = 1; // So that availability alone decides.
        Targets(figures, options, failures);
    }

    // Random objects and targets; regions of unlike reliability; the controller adds copies until it holds.
    private static void Targets(Dictionary<string, double> figures, ReplicationOptions options, FailureSimulation failures)
    {
        var random = new Random(12);
        var regions = SampleData.Regions();
        ImmutableArray<RegionReliability> reliability = [.. regions.Select(region => new RegionReliability(region.Id, random.LogUniform(0.0002, 0.002)))];
        var down = reliability.ToDictionary(entry => entry.Region, entry => entry.Unavailability);
        var independent = new ReplicationOptions { CommonModeShare = 0, FailoverTime = TimeSpan.Zero, DurabilityMinimum = 1 };
        var (met, naive, reachable, copies, naiveCopies) = (0, 0, 0, 0, 0);
        const int Objects = 60;
        for (var number = 0; number < Objects; number++)
        {
            double[] targets = [0.999, 0.9995, 0.9999, 0.99993];
            var subject = new ReplicationSubject(
                new ObjectId(DatasetId.Parse("users"), $"u{number}"), regions[random.Next(regions.Length)].Id, [], 1_000_000_000,
                [new RegionDemand(regions[random.Next(regions.Length)].Id, 100, 10, 0)], 1_000, 1_000, 1, targets[number % targets.Length], null, [], [], false, null);
            var chosen = Settle(options, regions, reliability, subject);
            if (!chosen.IsReachable)
            {
                continue;
            }

            reachable++;
            copies += chosen.Copies.Length;
            met += failures.Unavailability([.. chosen.Copies.Select(copy => down[copy])], SimulatedYears / 10) <= 1 - subject.TargetAvailability ? 1 : 0;
            var without = Settle(independent, regions, reliability, subject);
            naiveCopies += without.Copies.Length;
            naive += failures.Unavailability([.. without.Copies.Select(copy => down[copy])], SimulatedYears / 10) <= 1 - subject.TargetAvailability ? 1 : 0;
        }

        figures["replicationTargetsReachable"] = reachable;
        figures["replicationTargetsOutOfReach"] = Objects - reachable;
        figures["replicationTargetsMetShare"] = met / (double)reachable;
        figures["replicationTargetsMetShareWithoutCommonMode"] = naive / (double)reachable;
        figures["replicationCopiesMean"] = copies / (double)reachable;
        figures["replicationCopiesMeanWithoutCommonMode"] = naiveCopies / (double)reachable;
    }

    private static ReplicationArithmetic Settle(
        ReplicationOptions options, ImmutableArray<Region> regions, ImmutableArray<RegionReliability> reliability, ReplicationSubject subject)
    {
        var controller = new ReplicationController(options, new LinearLatencyValue(0.01, 0.01));
        for (var run = 0; ; run++)
        {
            var plan = controller.Decide(new ReplicationSnapshot(
                new DateTimeOffset(2026, 1, 1, 0, run, 0, TimeSpan.Zero), TimeSpan.Zero, TimeSpan.FromMinutes(1), SampleData.RoundTrips(), regions, reliability, [subject]));
            if (plan.Proposals[0] is not { Kind: ProposalKind.AddReplica, IsForced: true } added)
            {
                return plan.Arithmetic[0];
            }

            subject = subject with { Replicas = subject.Replicas.Add(added.To), Memory = plan.Memories[0] };
        }
    }
}
