using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Cost;

/// <summary>Collects what would save money, and ranks it by what is left after waiting and changing.</summary>
internal sealed class SuggestionFinder(CostOptions options, ILatencyValue latencyValue)
{
    public ImmutableArray<Suggestion> Find(CostSnapshot snapshot)
    {
        var compute = new ComputeAdvice(options, latencyValue);
        var storage = new StorageAdvice(latencyValue);
        var tiers = snapshot.Tiers.ToDictionary(region => region.Region);
        return
        [
            .. snapshot.Storage.Where(holding => tiers.ContainsKey(holding.Region)).Select(holding => storage.RightSize(holding, tiers[holding.Region]))
                .Concat(snapshot.Replicas.Select(StorageAdvice.Remove))
                .OfType<Suggestion>()
                .Concat(snapshot.Pools.SelectMany(pool => compute.For(pool, snapshot.Pools)))
                .Select(suggestion => suggestion with { Payback = Payback(suggestion) })
                .Where(IsWorthwhile)
                .OrderByDescending(suggestion => suggestion.SavingUsdPerMonth < 0) // Capacity that runs short is not a matter of saving.
                .ThenByDescending(suggestion => suggestion.NetUsdPerMonth)
                .ThenBy(suggestion => suggestion.Risk)
                .ThenBy(suggestion => suggestion.Subject, StringComparer.Ordinal)
                .ThenBy(suggestion => suggestion.To?.Value, StringComparer.Ordinal)
                .Take(options.MaxSuggestions),
        ];
    }

    private bool IsWorthwhile(Suggestion suggestion) =>
        suggestion is { Kind: SuggestionKind.ScaleCompute, SavingUsdPerMonth: < 0 }
        || (suggestion.NetUsdPerMonth >= options.MinSavingUsdPerMonth && suggestion.Payback <= options.MaxPayback);

    private static TimeSpan? Payback(Suggestion suggestion)
    {
        if (suggestion.OneOffUsd == 0)
        {
            return TimeSpan.Zero;
        }

        var days = suggestion.NetUsdPerMonth > 0 ? suggestion.OneOffUsd / suggestion.NetUsdPerMonth * Savings.DaysPerMonth : decimal.MaxValue;
        return days < 36_500 ? TimeSpan.FromDays((double)days) : null;
    }
}
