using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Compliance;

/// <summary>Holds all placements against the policies: constrains the other controllers, finds what already breaks a rule, and proposes the fix.</summary>
/// <remarks>
/// Policies reach it as facts, region by region (<see cref="RegionBan"/>); it knows no policy engine. Hard violations are fixed by
/// force and block every other change of their object until they are. Pure: the same snapshot and options always give the same
/// plan, in the same order.
/// </remarks>
/// <param name="placement">Prices the regions that are allowed, as placement itself does.</param>
public sealed class ComplianceController(ComplianceOptions options, PlacementOptions placement, ILatencyValue latencyValue)
    : IController<ComplianceSnapshot, CompliancePlan>
{
    internal const string ControllerName = "compliance";

    public string Name => ControllerName;

    public CompliancePlan Decide(ComplianceSnapshot snapshot)
    {
        var finder = new ViolationFinder(options, snapshot);
        var planner = new FixPlanner(options, placement, new Market(placement, latencyValue, snapshot.RoundTrips, snapshot.Regions));
        var violations = new List<Violation>();
        var fixes = new List<(Violation Worst, Proposal Fix)>();
        var constraints = ImmutableArray.CreateBuilder<ObjectConstraints>(snapshot.Objects.Length);
        foreach (var subject in snapshot.Objects)
        {
            var found = finder.Find(subject).ToArray();
            if (found.Where(violation => MustFix(violation, snapshot.AsOf)).OrderBy(violation => violation.Role).ThenBy(violation => violation.Deadline).FirstOrDefault() is { } worst)
            {
                var (fix, unfixable) = planner.Plan(subject, worst, found.Sum(violation => violation.RiskUsdPerDay));
                found = [.. found.Select(violation => violation == worst ? violation with { UnfixableBecause = unfixable } : violation)];
                if (fix is not null)
                {
                    fixes.Add((worst, fix));
                }
            }

            violations.AddRange(found);
            constraints.Add(Constrain(subject, found, snapshot.AsOf));
        }

        ImmutableArray<Violation> sorted =
        [
            .. violations.OrderByDescending(violation => violation.IsOverdue)
                .ThenBy(violation => violation.Deadline)
                .ThenBy(violation => violation.Object.ToString(), StringComparer.Ordinal),
        ];
        ImmutableArray<ViolationMemory> open =
        [
            .. sorted.Where(IsOpen).Select(violation => new ViolationMemory(
                violation.Object, violation.Region, violation.Role, violation.Policy, violation.Rule, violation.FirstSeen)),
        ];
        return new CompliancePlan(
            [
                .. fixes.OrderByDescending(entry => entry.Worst.IsOverdue).ThenBy(entry => entry.Worst.Deadline)
                    .ThenBy(entry => entry.Fix.Object.ToString(), StringComparer.Ordinal).Select(entry => entry.Fix),
            ],
            sorted,
            constraints.MoveToImmutable(),
            Report(snapshot, sorted, open),
            open);
    }

    private static bool IsOpen(Violation violation) => violation is { IsHard: true, IsWaived: false };

    private bool MustFix(Violation violation, DateTimeOffset asOf) =>
        violation.IsHard && (!violation.IsWaived || violation.Deadline - asOf <= options.WaiverLead);

    private static ObjectConstraints Constrain(ComplianceSubject subject, Violation[] found, DateTimeOffset asOf)
    {
        var open = found.FirstOrDefault(IsOpen);
        return new ObjectConstraints(
            subject.Object,
            Bans(CopyRole.Primary),
            Bans(CopyRole.Replica),
            open is null ? null : $"its violation must be fixed first: {open.Reason}");

        ImmutableArray<RegionConstraint> Bans(CopyRole role) =>
        [
            .. subject.Bans.Where(ban => ban.Role == role && ban.IsHard && !(ban.WaivedUntil > asOf)).Select(ban => new RegionConstraint(ban.Region, ban.Because)),
        ];
    }

    private static ComplianceReport Report(ComplianceSnapshot snapshot, ImmutableArray<Violation> violations, ImmutableArray<ViolationMemory> open)
    {
        var still = open.Select(Key).ToHashSet();
        return new ComplianceReport(
            snapshot.AsOf,
            snapshot.PolicyRevision,
            snapshot.Objects.Length,
            snapshot.Objects.Length - violations.Where(IsOpen).Select(violation => violation.Object).Distinct().Count(),
            open.Length,
            violations.Count(violation => violation is { IsHard: true, IsWaived: true }),
            violations.Count(violation => !violation.IsHard),
            violations.Count(violation => violation.IsOverdue),
            violations.Count(violation => violation.UnfixableBecause is not null),
            violations.Sum(violation => violation.RiskUsdPerDay),
            [
                .. open.GroupBy(violation => (violation.Policy, violation.Rule))
                    .Select(group => new RuleCount(group.Key.Policy, group.Key.Rule, group.Count()))
                    .OrderByDescending(rule => rule.Count).ThenBy(rule => rule.Policy, StringComparer.Ordinal).ThenBy(rule => rule.Rule, StringComparer.Ordinal),
            ],
            [.. snapshot.Open.Where(before => !still.Contains(Key(before))).Select(before => new ResolvedViolation(before, snapshot.AsOf - before.FirstSeen))]);
    }

    private static (ObjectId, RegionId, CopyRole, string, string) Key(ViolationMemory violation) =>
        (violation.Object, violation.Region, violation.Role, violation.Policy, violation.Rule);
}
