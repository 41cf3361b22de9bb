using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Compliance;

/// <summary>Finds the cheapest way out of one object's violations.</summary>
internal sealed class FixPlanner(ComplianceOptions options, PlacementOptions placement, Market market)
{
    /// <returns>The fix, or why there is none; both null when an open change has to end first.</returns>
    public (Proposal? Fix, string? Unfixable) Plan(ComplianceSubject subject, Violation worst, decimal riskUsdPerDay)
    {
        if (subject.IsChanging)
        {
            return (null, null);
        }

        var scores = market.Score(AsPlaced(subject, worst.Role));
        return worst.Role is CopyRole.Primary
            ? MovePrimary(subject, worst, riskUsdPerDay, scores)
            : MoveReplica(subject, worst, riskUsdPerDay, scores);
    }

    private (Proposal? Fix, string? Unfixable) MovePrimary(ComplianceSubject subject, Violation worst, decimal risk, Scores scores)
    {
        if (scores.Best() is not { } best)
        {
            return (null, "no region is allowed for its primary");
        }

        var limit = scores.RunningUsd(best) * (1 + options.HandOverTolerance);
        var near = subject.Replicas.Select(market.IndexOf).Where(scores.IsAllowed).Where(region => scores.RunningUsd(region) <= limit)
            .OrderBy(scores.RunningUsd).Select(region => (int?)region).FirstOrDefault();
        var to = near ?? best;
        var how = near is not null ? "hands over to its replica there" : $"is the cheapest region allowed, mean {scores.MeanMs[to]:0} ms";
        return (Propose(subject, worst, risk, scores, ProposalKind.Migrate, market.IndexOf(subject.Primary), to, copies: near is null, $"{market[to]} {how}"), null);
    }

    private (Proposal? Fix, string? Unfixable) MoveReplica(ComplianceSubject subject, Violation worst, decimal risk, Scores scores)
    {
        var primary = market.IndexOf(subject.Primary);
        if (subject.Replicas.Length >= subject.MinCopies)
        {
            return (Propose(
                subject, worst, risk, scores, ProposalKind.RemoveReplica, market.IndexOf(worst.Region), primary, copies: false,
                $"the copy goes, {subject.Replicas.Length} remain of at least {subject.MinCopies}"), null);
        }

        var copy = Enumerable.Range(0, market.Count)
            .Where(region => region != primary && scores.IsAllowed(region) && !subject.Replicas.Contains(market[region]))
            .OrderBy(scores.RunningUsd)
            .Select(region => (int?)region)
            .FirstOrDefault();
        return copy is { } to
            ? (Propose(
                subject, worst, risk, scores, ProposalKind.AddReplica, primary, to, copies: true,
                $"{market[to]} gets a copy first, since {subject.MinCopies} copies are the least; then this one goes"), null)
            : (null, $"no other region is allowed for a copy, and {subject.MinCopies} copies are the least");
    }

    private Proposal Propose(
        ComplianceSubject subject, Violation worst, decimal risk, Scores scores, ProposalKind kind, int from, int to, bool copies, string fix)
    {
        var primary = market.IndexOf(subject.Primary);
        var after = kind is ProposalKind.Migrate ? to : primary;
        var copyUsd = copies ? market.MoveUsd(AsPlaced(subject, worst.Role), primary) : 0;
        var ends = kind is not ProposalKind.AddReplica; // The violation outlasts the copy that has to come first.
        var (before, then) = (Terms(scores, primary, 0, risk), Terms(scores, after, copyUsd, ends ? 0 : risk));
        var runnerUp = scores.Best(except: to);
        return new Proposal(
            ComplianceController.ControllerName,
            subject.Object,
            kind,
            market[from],
            market[to],
            new PredictedEffect(scores.MeanMs[primary], scores.MeanMs[after], before, then),
            risk,
            Wording.Money(copyUsd),
            Payback: null,
            Confidence: 1,
            IsForced: true,
            Candidates(subject, scores, primary),
            runnerUp is { } rival ? market[rival] : null,
            runnerUp is { } other ? Wording.Money(scores.RunningUsd(other) - scores.RunningUsd(to)) : 0,
            "an override of the policy, or another policy",
            $"{worst.Reason}; {fix}");
    }

    private CostTerms Terms(Scores scores, int at, double copyUsd, decimal risk) => new(
        Wording.Money(scores.LatencyUsd[at]),
        Wording.Money(scores.StorageUsd[at]),
        Wording.Money(scores.EgressUsd[at]),
        Wording.Money(copyUsd / placement.PaybackHorizon.TotalDays),
        RiskUsdPerDay: risk);

    private ImmutableArray<CandidateScore> Candidates(ComplianceSubject subject, Scores scores, int from) =>
    [
        .. Enumerable.Range(0, market.Count)
            .OrderByDescending(scores.IsAllowed)
            .ThenBy(scores.RunningUsd)
            .Select(at => new CandidateScore(market[at], scores.MeanMs[at], Terms(scores, at, at == from || subject.Replicas.Contains(market[at]) ? 0 : market.MoveUsd(AsPlaced(subject, CopyRole.Primary), from), 0), scores.ExcludedBecause[at])),
    ];

    // Only hard bans close a region. One that is waived stays closed to fixes: the waiver will end.
    private static PlacementSubject AsPlaced(ComplianceSubject subject, CopyRole role) => new(
        subject.Object,
        subject.Primary,
        subject.SizeBytes,
        subject.Demand,
        [.. subject.Bans.Where(ban => ban.Role == role && ban.IsHard).Select(ban => new RegionExclusion(ban.Region, ban.Because))],
        subject.IsChanging,
        Memory: null);
}
