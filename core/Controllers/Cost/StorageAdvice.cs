using System.Globalization;
using Idp.Core.Controllers.Tiering;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Cost;

/// <summary>Ways to spend less on bytes: a cheaper tier, or a copy less.</summary>
internal sealed class StorageAdvice(ILatencyValue latencyValue)
{
    private const decimal BytesPerTb = 1e12m;

    /// <returns>The best of the colder tiers; null when none is cheaper after waiting and retrieval.</returns>
    public Suggestion? RightSize(StorageHolding holding, RegionTiers region)
    {
        var from = region.Tiers.FirstOrDefault(terms => terms.Tier == holding.Tier);
        return from is null ? null : region.Tiers
            .Where(terms => terms.Tier > holding.Tier)
            .Select(to => RightSize(holding, from, to))
            .Where(suggestion => suggestion.NetUsdPerMonth > 0)
            .MaxBy(suggestion => suggestion.NetUsdPerMonth);
    }

    public static Suggestion? Remove(ReplicaHolding replica) => replica.RequiredBecause is not null ? null : new Suggestion(
        SuggestionKind.RemoveReplica, replica.Service, replica.Region, null, replica.Object.ToString(),
        replica.UsdPerDay * Savings.DaysPerMonth, replica.LatencyUsdPerDay * Savings.DaysPerMonth, 0, Payback: null, replica.AddedMs,
        SuggestionRisk.Medium, "its readers wait longer, and a new copy must be made to undo it",
        $"replica {replica.Object} {replica.Region}",
        Text($"the copy in {replica.Region} costs ${replica.UsdPerDay:#,##0.00}/day and keeps ${replica.LatencyUsdPerDay:#,##0.00}/day of revenue"));

    private Suggestion RightSize(StorageHolding holding, TierTerms from, TierTerms to)
    {
        var bytes = (decimal)holding.SizeBytes;
        var (fromTb, toTb) = (bytes * (decimal)from.SizeRatio / BytesPerTb, bytes * (decimal)to.SizeRatio / BytesPerTb);
        var (fromPrice, toPrice) = (from.UsdPerGbMonth * 1_000, to.UsdPerGbMonth * 1_000);

        // Bytes that become smaller on the way save their whole former price.
        var stored = Savings.TierRightSizing(toTb, fromPrice, toPrice) + ((fromTb - toTb) * fromPrice);
        var readGb = (decimal)(holding.ReadsPerDay * holding.BytesPerRead / 1e9) * Savings.DaysPerMonth;
        var retrieval = readGb * (to.RetrievalUsdPerGb - from.RetrievalUsdPerGb);
        var lost = (decimal)(holding.ReadsPerDay * (latencyValue.LostUsd(to.RecallMs) - latencyValue.LostUsd(from.RecallMs))) * Savings.DaysPerMonth;
        var owed = (decimal)Math.Max(0, (from.MinimumDuration - holding.HeldFor).TotalDays) * fromTb * fromPrice / Savings.DaysPerMonth;
        var oneOff = owed + (fromTb * 1_000 * from.RetrievalUsdPerGb) + to.PutUsd;
        return new Suggestion(
            SuggestionKind.RightSizeTier, holding.Service, holding.Region, null, holding.Name,
            stored - retrieval, decimal.Round(lost, 2), oneOff, Payback: null, to.RecallMs - from.RecallMs,
            to.Tier is StorageTier.Warm ? SuggestionRisk.Low : SuggestionRisk.Medium,
            $"a read waits {to.RecallMs - from.RecallMs:0.#} ms longer" + (to.MinimumDuration > TimeSpan.Zero ? $", and {to.MinimumDuration.TotalDays:0} days are paid whatever happens" : string.Empty),
            $"tier {holding.Name} {holding.Region}",
            Text($"{from.Tier} → {to.Tier}: {Terabytes(fromTb, toTb)} = ${stored:#,##0.00}/month less storage, ${retrieval:#,##0.00}/month more retrieval, +{to.RecallMs - from.RecallMs:0.#} ms on {holding.ReadsPerDay:0.#} reads/day")
                .Replace("{prices}", Text($"(${fromPrice:0.##} − ${toPrice:0.##})/TB"), StringComparison.Ordinal));
    }

    private static string Terabytes(decimal from, decimal to) => from == to
        ? Text($"{from:#,##0.###} TB × {{prices}}")
        : Text($"{from:#,##0.###} TB packed to {to:#,##0.###} TB × {{prices}}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
