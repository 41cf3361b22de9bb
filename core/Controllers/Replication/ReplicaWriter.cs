using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Replication;

/// <summary>Puts one object's verdict and arithmetic into words and numbers.</summary>
internal sealed class ReplicaWriter(
    ReplicationOptions options, ReplicaMarket market, ReplicationSubject subject, CopySet copies, Requirements requirements)
{
    public Proposal Write(string controller, ReplicaVerdict verdict)
    {
        var after = verdict switch
        {
            { Kind: ProposalKind.AddReplica, Region: { } region } => copies.With(region),
            { Kind: ProposalKind.RemoveReplica, Region: { } region } => copies.Without(region),
            _ => copies,
        };
        var copyUsd = verdict.Kind is ProposalKind.AddReplica ? market.CopyUsd(subject) : 0;
        var (before, then) = (market.Cost(subject, copies), market.Cost(subject, after));
        var rival = Rivals(verdict).Select(region => (int?)region).FirstOrDefault();
        return new Proposal(
            controller,
            subject.Object,
            verdict.Kind,
            verdict.Kind is ProposalKind.RemoveReplica ? market[verdict.Region!.Value] : subject.Primary,
            verdict.Kind is ProposalKind.AddReplica ? market[verdict.Region!.Value] : subject.Primary,
            new PredictedEffect(before.MeanMs, then.MeanMs, before.Terms(0), then.Terms(copyUsd / options.PaybackHorizon.TotalDays)),
            Wording.Money(verdict.ValueUsd),
            Wording.Money(copyUsd),
            copyUsd > 0 && verdict.ValueUsd > 0 ? TimeSpan.FromDays(Math.Min(copyUsd / verdict.ValueUsd, 36_500)) : null,
            Confidence: 1,
            IsForced: verdict.Required is not null && verdict.Kind is not ProposalKind.Hold,
            Candidates(before),
            rival is { } second ? market[second] : null,
            rival is { } other && verdict.Kind is ProposalKind.AddReplica ? Wording.Money(market.Cost(subject, copies.With(other)).TotalUsd - then.TotalUsd) : 0,
            Flip(verdict),
            Reason(verdict, before, then, copyUsd));
    }

    public ReplicationArithmetic Arithmetic()
    {
        var (now, least) = (requirements.Estimate(copies), requirements.Estimate(requirements.Least));
        var lag = requirements.FreshestLag(copies);
        ImmutableArray<string> lines =
        [
            $"durability: {Requirements.Copies(copies.Count)}, minimum {options.DurabilityMinimum}",
            $"availability: {now.Text}: {AvailabilityEstimate.Percent(now.Availability)}"
                + (subject.TargetAvailability is { } target ? $", target {AvailabilityEstimate.Percent(target)}" : ", no target"),
            requirements.IsReachable
                ? $"required: {least.Text}: {AvailabilityEstimate.Percent(least.Availability)}"
                : $"required: {least.Text}: {AvailabilityEstimate.Percent(least.Availability)}; no number of copies reaches the target, their common mode has to be parted (another provider)",
            subject.MaxDataLoss is { } loss
                ? $"data loss: the freshest copy is {Requirements.Seconds(lag)} behind, limit {Requirements.Seconds(loss)}: {(lag <= loss ? "met" : "not met; copies are asynchronous")}"
                : "data loss: no limit",
            $"writes: each stored {copies.Count} times, {Wording.Usd(market.Cost(subject, copies).WritesUsd)}/day sent and applied, limit {options.MaxWriteAmplification} times",
        ];
        return new ReplicationArithmetic(
            subject.Object, [.. copies.All.Select(copy => market[copy])], requirements.Least.Count, now, least, requirements.IsReachable, copies.Count, lines);
    }

    private IEnumerable<int> Rivals(ReplicaVerdict verdict) => Enumerable.Range(0, market.Count)
        .Where(region => !copies.Contains(region) && region != verdict.Region && requirements.ExcludedBecause(region) is null)
        .OrderBy(region => market.Cost(subject, copies.With(region)).TotalUsd)
        .ThenBy(region => region);

    // Regions with a copy show the set as it is, all others the set with one more copy there.
    private ImmutableArray<CandidateScore> Candidates(SetCost today) =>
    [
        .. Enumerable.Range(0, market.Count)
            .Select(region => (
                Region: region,
                Cost: copies.Contains(region) ? today : market.Cost(subject, copies.With(region)),
                Excluded: requirements.ExcludedBecause(region),
                MoveUsd: copies.Contains(region) ? 0 : market.CopyUsd(subject) / options.PaybackHorizon.TotalDays))
            .OrderBy(entry => entry.Excluded is null ? 0 : 1)
            .ThenBy(entry => entry.Cost.TotalUsd)
            .ThenBy(entry => entry.Region)
            .Select(entry => new CandidateScore(market[entry.Region], entry.Cost.MeanMs, entry.Cost.Terms(entry.MoveUsd), entry.Excluded)),
    ];

    private string Reason(ReplicaVerdict verdict, SetCost before, SetCost after, double copyUsd) => verdict switch
    {
        { Kind: ProposalKind.AddReplica, Required: { } missing } =>
            $"{missing}; a copy in {market[verdict.Region!.Value]} makes it {AvailabilityEstimate.Percent(requirements.Estimate(copies.With(verdict.Region.Value)).Availability)} "
            + $"for {Wording.Usd(after.TotalUsd - before.TotalUsd)}/day and {Wording.Usd(copyUsd)} once",
        { Kind: ProposalKind.AddReplica } =>
            $"a copy in {market[verdict.Region!.Value]} lowers the mean from {before.MeanMs:0} to {after.MeanMs:0} ms: "
            + $"latency {Difference(before.LatencyUsd, after.LatencyUsd)}, storage {Difference(before.StorageUsd, after.StorageUsd)}, egress {Difference(before.EgressUsd, after.EgressUsd)}, "
            + $"writes {Difference(before.WritesUsd, after.WritesUsd)} a day; worth at least {Wording.Usd(verdict.ValueUsd)}/day against {Wording.Usd(copyUsd)} once",
        { Kind: ProposalKind.RemoveReplica } =>
            $"the copy in {market[verdict.Region!.Value]} costs more than it saves: latency {Difference(before.LatencyUsd, after.LatencyUsd)}, storage {Difference(before.StorageUsd, after.StorageUsd)}, "
            + $"writes {Difference(before.WritesUsd, after.WritesUsd)} a day without it; worth at least {Wording.Usd(verdict.ValueUsd)}/day, and "
            + $"{AvailabilityEstimate.Percent(requirements.Estimate(copies.Without(verdict.Region.Value)).Availability)} remain",
        { Because: { } because } => $"stays at {Count()}: {because}",
        _ => $"stays at {Count()}: no copy more or less pays on both sides of the band of {options.Band:0.##} ×",
    };

    private string Flip(ReplicaVerdict verdict) => verdict.Required is not null
        ? "a lower target, or a measured unavailability that is lower"
        : requirements.Least.Count >= copies.Count
            ? $"demand adds copies only; {requirements.Least.Count} are required whatever it is"
            : $"{requirements.Least.Count} copies are required; the other {copies.Count - requirements.Least.Count} go when their demand does";

    private string Count() => $"{Requirements.Copies(copies.Count)} ({AvailabilityEstimate.Percent(requirements.Estimate(copies).Availability)}, {requirements.Least.Count} required)";

    private static string Difference(double before, double after) => (after > before ? "+" : string.Empty) + Wording.Usd(after - before);
}
