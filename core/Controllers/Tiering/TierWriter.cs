using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Tiering;

/// <summary>Puts one object's verdict into words and numbers.</summary>
internal sealed class TierWriter(TieringOptions options, TierGuard guard, TieringSubject subject, TierLines lines, DateTimeOffset asOf)
{
    public Proposal Write(string controller, TierVerdict verdict)
    {
        var (from, to) = (lines.Current, verdict.To);
        var isChange = from != to;
        var rival = lines.Cheapest(lines.AccessesPerDay, tier => tier != to);
        var margin = rival is { } second ? lines.RunningUsd(second, lines.AccessesPerDay) - lines.RunningUsd(to, lines.AccessesPerDay) : 0;
        return new Proposal(
            controller,
            subject.Object,
            isChange ? ProposalKind.ChangeTier : ProposalKind.Hold,
            subject.Primary,
            subject.Primary,
            new PredictedEffect(Ms(from), Ms(to), Terms(from, 0), Terms(to, isChange ? verdict.ChangeUsd : 0)),
            Wording.Money(verdict.ValueUsd),
            Wording.Money(isChange ? verdict.ChangeUsd : 0),
            isChange && verdict.ValueUsd > 0 ? TimeSpan.FromDays(Math.Min(verdict.ChangeUsd / verdict.ValueUsd, 36_500)) : null,
            lines.Confidence,
            verdict.IsForced,
            Candidates: [],
            RunnerUp: null,
            Wording.Money(margin),
            Flip(to),
            isChange ? ChangeReason(verdict) : HoldReason(verdict),
            new TierChange(subject.Tier, verdict.NotBefore is null ? lines[to].Tier : lines[verdict.Rival].Tier, verdict.NotBefore, Scores(verdict)));
    }

    private double Ms(int tier) => subject.BaseMs + lines[tier].RecallMs;

    private CostTerms Terms(int tier, double changeUsd) => new(
        Wording.Money(lines.AccessesPerDay * lines.LatencyUsd[tier]),
        Wording.Money(lines.StorageUsd[tier]),
        EgressUsdPerDay: 0,
        Wording.Money(changeUsd / options.PaybackHorizon.TotalDays),
        RetrievalUsdPerDay: Wording.Money(lines.AccessesPerDay * lines.RetrievalUsd[tier]));

    private ImmutableArray<TierScore> Scores(TierVerdict verdict) =>
    [
        .. Enumerable.Range(0, lines.Count)
            .OrderByDescending(lines.IsAllowed)
            .ThenBy(tier => lines.RunningUsd(tier, lines.AccessesPerDay))
            .Select(tier => new TierScore(
                lines[tier].Tier,
                lines[tier].RecallMs,
                Terms(tier, tier == lines.Current ? 0 : tier == verdict.To ? verdict.ChangeUsd : lines.ChangeUsd(tier, asOf)),
                lines.ExcludedBecause(tier))),
    ];

    private string ChangeReason(TierVerdict verdict)
    {
        var (from, to) = (lines.Current, verdict.To);
        if (verdict.IsForced)
        {
            return $"{lines[from].Tier} is excluded ({lines.ExcludedBecause(from)}); {lines[to].Tier} is the cheapest tier allowed, {Ms(to):0.#} ms an access";
        }

        var early = lines.EarlyDeletionUsd(asOf);
        return $"{Temperature()}, break-even of {lines[from].Tier} and {lines[to].Tier} at {Wording.PerDay(lines.BreakEven(from, to) ?? 0)}: "
            + $"{lines[to].Tier} {Difference("storage", lines.StorageUsd[to] - lines.StorageUsd[from])}, "
            + $"{Difference("recall", lines.AccessesPerDay * (lines.LatencyUsd[to] - lines.LatencyUsd[from]))}, "
            + $"{Difference("retrieval", lines.AccessesPerDay * (lines.RetrievalUsd[to] - lines.RetrievalUsd[from]))} a day; "
            + $"worth at least {Wording.Usd(verdict.ValueUsd)}/day against {Wording.Usd(verdict.ChangeUsd)} once"
            + (early > 0 ? $", {Wording.Usd(early)} of it for leaving before {lines[from].MinimumDuration.TotalDays:0} days" : string.Empty);
    }

    private string HoldReason(TierVerdict verdict) => verdict.HeldBecause is { } because
        ? verdict.Rival == verdict.To
            ? $"stays {lines[verdict.To].Tier} ({Temperature()}): {because}"
            : $"stays {lines[verdict.To].Tier} ({Temperature()}), {lines[verdict.Rival].Tier} would be cheaper: {because}"
        : $"{Temperature()}; no tier is cheaper than {lines[verdict.To].Tier} on both sides of the band of {guard.Band:0.##} ×";

    private string Flip(int at)
    {
        var hotter = Crossings(at, Enumerable.Range(0, at)).Select(entry => (entry.Tier, At: entry.BreakEven * guard.Band)).OrderBy(entry => entry.At).Take(1);
        var colder = Crossings(at, Enumerable.Range(at + 1, lines.Count - at - 1)).Select(entry => (entry.Tier, At: entry.BreakEven / guard.Band)).OrderByDescending(entry => entry.At).Take(1);
        string[] flips =
        [
            .. hotter.Select(entry => $"above {Wording.PerDay(entry.At)} accesses/day {lines[entry.Tier].Tier} would be chosen"),
            .. colder.Select(entry => $"below {Wording.PerDay(entry.At)} accesses/day {lines[entry.Tier].Tier} would be chosen"),
        ];
        return flips.Length > 0 ? string.Join(", ", flips) : "nothing: no other tier is cheaper at any temperature";
    }

    private IEnumerable<(int Tier, double BreakEven)> Crossings(int at, IEnumerable<int> others) =>
        from tier in others
        where lines.IsAllowed(tier)
        let breakEven = lines.BreakEven(at, tier)
        where breakEven is not null
        select (tier, breakEven.Value);

    private string Temperature() => $"{Wording.PerDay(lines.AccessesPerDay)} accesses/day";

    private static string Difference(string term, double usd) => $"{term} {(usd > 0 ? "+" : string.Empty)}{Wording.Usd(usd)}";
}
