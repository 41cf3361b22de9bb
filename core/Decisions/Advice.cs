using System.Collections.Immutable;

namespace Idp.Core.Decisions;

/// <summary>A change that a controller would make to some objects of a dataset, if there were an actuator for it.</summary>
/// <param name="From">As in <see cref="Proposal"/>.</param>
/// <param name="To">As in <see cref="Proposal"/>.</param>
/// <param name="Tier">Where to, for a change of tier; null otherwise.</param>
/// <param name="Objects">How many objects the same would be done to.</param>
/// <param name="ValueUsdPerDay">Of all of them together.</param>
/// <param name="OneOffUsd">Likewise.</param>
/// <param name="IsForced">True when what is declared asks for it, whatever it costs.</param>
/// <param name="Example">The object that it is worth most for.</param>
/// <param name="Reason">Of that object, with the numbers compared.</param>
/// <param name="Arithmetic">Of that object, one step a line; empty when the reason says it all.</param>
public sealed record Advice(
    DatasetId Dataset,
    string Controller,
    ProposalKind Kind,
    RegionId From,
    RegionId To,
    StorageTier? Tier,
    int Objects,
    decimal ValueUsdPerDay,
    decimal OneOffUsd,
    bool IsForced,
    ObjectId Example,
    string Reason,
    ImmutableArray<string> Arithmetic)
{
    /// <summary>Takes alike changes together; holds are left out.</summary>
    /// <param name="proposals">Each with its arithmetic.</param>
    /// <returns>What is asked for first, then the most valuable.</returns>
    public static ImmutableArray<Advice> Of(IEnumerable<(Proposal Proposal, ImmutableArray<string> Arithmetic)> proposals) =>
    [
        .. proposals
            .Where(entry => entry.Proposal.Kind is not ProposalKind.Hold)
            .GroupBy(entry => (entry.Proposal.Object.Dataset, entry.Proposal.Controller, entry.Proposal.Kind, entry.Proposal.From, entry.Proposal.To, Tier: entry.Proposal.Tier?.To))
            .Select(alike => Of(alike.Key.Tier, [.. alike]))
            .OrderByDescending(advice => advice.IsForced)
            .ThenByDescending(advice => advice.ValueUsdPerDay)
            .ThenBy(advice => advice.Example.ToString(), StringComparer.Ordinal)
            .ThenBy(advice => advice.Controller, StringComparer.Ordinal),
    ];

    private static Advice Of(StorageTier? tier, (Proposal Proposal, ImmutableArray<string> Arithmetic)[] alike)
    {
        var (best, arithmetic) = alike.OrderByDescending(entry => entry.Proposal.ValueUsdPerDay).ThenBy(entry => entry.Proposal.Object.ToString(), StringComparer.Ordinal).First();
        return new Advice(
            best.Object.Dataset, best.Controller, best.Kind, best.From, best.To, tier, alike.Length,
            alike.Sum(entry => entry.Proposal.ValueUsdPerDay), alike.Sum(entry => entry.Proposal.OneOffUsd), alike.Any(entry => entry.Proposal.IsForced),
            best.Object, best.Reason, arithmetic);
    }
}
