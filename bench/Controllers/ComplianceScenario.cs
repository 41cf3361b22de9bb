using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Controllers.Compliance;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Simulation;

namespace Idp.Bench.Controllers;

/// <summary>A fleet with planted violations: found, fixed while moves fail, and kept from coming back through other controllers.</summary>
internal static class ComplianceScenario
{
    private const int Objects = 2_000;
    private const int MaxOpenMoves = 16;
    private const double FailureShare = 0.1;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Run(Dictionary<string, double> figures)
    {
        var random = new Random(41);
        var regions = SampleData.Regions();
        var fleet = Enumerable.Range(0, Objects).Select(number => Create(number, regions, random)).ToArray();
        var planted = new HashSet<(ObjectId Object, RegionId, CopyRole)>();
        for (var number = 0; number < fleet.Length; number++)
        {
            if (random.Next(5) == 0 && Plant(fleet[number], regions, random) is { } plant)
            {
                planted.Add(plant);
                fleet[number] = plant.Role is CopyRole.Primary ? fleet[number] with { Primary = plant.Region } : fleet[number] with { Replicas = [plant.Region] };
            }
        }

        var controller = new ComplianceController(new ComplianceOptions(), new PlacementOptions(), new LinearLatencyValue(0.01, 0.01));
        var index = fleet.Index().ToDictionary(entry => entry.Item.Object, entry => entry.Index);
        var (open, found, falseFindings) = (ImmutableArray<ViolationMemory>.Empty, new HashSet<(ObjectId, RegionId, CopyRole)>(), 0);
        var (fixedAfter, overdue, tried, passed, minute) = (new List<double>(), 0, 0, 0, 0);
        var moving = new List<(Proposal Fix, int Ends)>();
        for (; minute < 24 * 60; minute++)
        {
            foreach (var (fix, _) in moving.Where(move => move.Ends <= minute))
            {
                var at = index[fix.Object];
                fleet[at] = (random.NextDouble() < FailureShare ? fleet[at] : Apply(fleet[at], fix)) with { IsChanging = false };
            }

            moving.RemoveAll(move => move.Ends <= minute);
            var plan = controller.Decide(new ComplianceSnapshot(Start.AddMinutes(minute), "sha256:bench", SampleData.RoundTrips(), regions, [.. fleet], open));
            open = plan.Open;
            foreach (var violation in plan.Violations)
            {
                found.Add((violation.Object, violation.Region, violation.Role));
                falseFindings += IsForbidden(fleet[index[violation.Object]], violation.Region, violation.Role) ? 0 : 1;
            }

            fixedAfter.AddRange(plan.Report.Resolved.Select(resolved => resolved.Open.TotalMinutes));
            overdue = Math.Max(overdue, plan.Report.Overdue);
            foreach (var fix in plan.Proposals.Take(MaxOpenMoves - moving.Count))
            {
                moving.Add((fix, minute + 1 + random.Next(3)));
                fleet[index[fix.Object]] = fleet[index[fix.Object]] with { IsChanging = true };
            }

            // Others propose at random; what the gate lets through must break no rule.
            var gate = new ComplianceGate(plan.Constraints);
            for (var attempt = 0; attempt < 200; attempt++)
            {
                var item = fleet[random.Next(Objects)];
                var proposal = Proposal(item, regions[random.Next(regions.Length)].Id, random.Next(2) == 0 ? ProposalKind.Migrate : ProposalKind.AddReplica);
                tried++;
                passed += gate.WhyNot(proposal) is null
                    && IsForbidden(item, proposal.To, proposal.Kind is ProposalKind.Migrate ? CopyRole.Primary : CopyRole.Replica) ? 1 : 0;
            }

            if (open.IsEmpty && moving.Count == 0)
            {
                break;
            }
        }

        fixedAfter.Sort();
        figures["compliancePlanted"] = planted.Count;
        figures["complianceFoundShare"] = planted.Count(found.Contains) / (double)planted.Count;
        figures["complianceFalseFindings"] = falseFindings;
        figures["complianceFixedShare"] = planted.Count(plant => !StillThere(fleet[index[plant.Object]], plant)) / (double)planted.Count;
        figures["complianceLeftOpen"] = open.Length;
        figures["complianceMedianMinutesToFix"] = fixedAfter[fixedAfter.Count / 2];
        figures["complianceLongestMinutesToFix"] = fixedAfter[^1];
        figures["complianceMostOverdueAtOnce"] = overdue;
        figures["complianceForeignProposalsTried"] = tried;
        figures["complianceBreachesPassed"] = passed;
    }

    // A third is personal data bound to the EU, a third to the Americas, a third free; replicas may also stand nearby.
    private static ComplianceSubject Create(int number, ImmutableArray<Region> regions, Random random)
    {
        string[] prefixes = (number % 3) switch
        {
            0 => ["eu-"],
            1 => ["us-", "sa-"],
            _ => [string.Empty],
        };
        var allowed = regions.Select(region => region.Id).Where(region => prefixes.Any(prefix => region.Value.StartsWith(prefix, StringComparison.Ordinal))).ToArray();
        var primary = allowed[random.Next(allowed.Length)];
        var replica = allowed.Where(region => region != primary).ElementAt(random.Next(allowed.Length - 1));
        return new ComplianceSubject(
            new ObjectId(DatasetId.Parse("records"), $"r{number}"),
            primary,
            [replica],
            SizeBytes: random.Next(1_000_000, 1_000_000_000),
            [new RegionDemand(regions[random.Next(regions.Length)].Id, random.Next(1_000), 10, 0)],
            MinCopies: 2,
            [
                .. from region in regions
                   where !allowed.Contains(region.Id)
                   from role in (CopyRole[])[CopyRole.Primary, CopyRole.Replica]
                   select new RegionBan(
                       region.Id, role, number % 3 == 0 ? "GDPR-EU-Residency" : "Americas-Residency", "requirements.primary_location.allowed_regions",
                       number % 3 == 0 ? ComplianceUrgency.Critical : ComplianceUrgency.High, IsHard: true, WaivedUntil: null, $"denies {region.Id}"),
            ],
            IsChanging: false);
    }

    private static (ObjectId Object, RegionId Region, CopyRole Role)? Plant(ComplianceSubject item, ImmutableArray<Region> regions, Random random)
    {
        var banned = regions.Select(region => region.Id).Where(region => IsForbidden(item, region, CopyRole.Primary)).ToArray();
        return banned.Length == 0 ? null : (item.Object, banned[random.Next(banned.Length)], (CopyRole)random.Next(2));
    }

    private static bool IsForbidden(ComplianceSubject item, RegionId region, CopyRole role) => item.Bans.Any(ban => ban.Region == region && ban.Role == role);

    private static bool StillThere(ComplianceSubject item, (ObjectId, RegionId Region, CopyRole Role) plant) =>
        plant.Role is CopyRole.Primary ? item.Primary == plant.Region : item.Replicas.Contains(plant.Region);

    private static ComplianceSubject Apply(ComplianceSubject item, Proposal fix) => fix.Kind switch
    {
        // Handing over to a replica leaves none of the former primary: its region is forbidden.
        ProposalKind.Migrate => item with { Primary = fix.To, Replicas = item.Replicas.Remove(fix.To) },
        ProposalKind.AddReplica => item with { Replicas = item.Replicas.Add(fix.To) },
        _ => item with { Replicas = item.Replicas.Remove(fix.From) },
    };

    private static Proposal Proposal(ComplianceSubject item, RegionId to, ProposalKind kind)
    {
        var none = new CostTerms(0, 0, 0, 0);
        return new Proposal(
            "placement", item.Object, kind, item.Primary, to, new PredictedEffect(0, 0, none, none), 1, 0, null, 1, IsForced: false, [], null, 0, string.Empty, string.Empty);
    }
}
