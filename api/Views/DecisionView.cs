using Idp.Core;
using Idp.Storage;

namespace Idp.Api;

/// <summary>A decision without its detail; <c>why</c> has that.</summary>
public sealed record DecisionView(
    long Id,
    ObjectId Object,
    string Outcome,
    RegionId From,
    RegionId To,
    string Reason,
    decimal ValueUsdPerDay,
    DateTimeOffset DecidedAt)
{
    public static DecisionView Of(StoredDecision decision) => new(
        decision.Id,
        decision.Object,
        decision.Outcome,
        decision.From,
        decision.To,
        decision.Reason,
        decision.ValueUsdPerDay,
        decision.DecidedAt);
}
