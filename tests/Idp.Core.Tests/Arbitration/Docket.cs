using System.Collections.Immutable;
using Idp.Core.Arbitration;
using Idp.Core.Decisions;
using Idp.Core.Value;

namespace Idp.Core.Tests.Arbitration;

/// <summary>Proposals, changes and contexts for tests of the arbiter.</summary>
internal static class Docket
{
    public static readonly RegionId East = RegionId.Parse("east");
    public static readonly RegionId West = RegionId.Parse("west");
    public static readonly RegionId North = RegionId.Parse("north");
    public static readonly DatasetId Users = DatasetId.Parse("users");
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly ArbiterContext Auto = new(
        Noon,
        PausedBecause: null,
        ImmutableDictionary<DatasetId, OperatingMode>.Empty.Add(Users, OperatingMode.Auto),
        Denials: [],
        OpenChanges: []);

    public static ImmutableArray<Decision> Decide(ArbiterOptions options, IReadOnlyList<Proposal> proposals, ArbiterContext context) =>
        new Arbiter(options).Decide(proposals, context).Decisions;

    public static string Brief(Decision decision) => $"{decision.Proposal.Object.Key}:{decision.Outcome}";

    public static ObjectId Id(string key) => new(Users, key);

    public static Proposal Move(string key, decimal valueUsdPerDay) => new(
        "placement", Id(key), ProposalKind.Migrate, East, West, Spends(0), valueUsdPerDay,
        OneOffUsd: 0, Payback: null, Confidence: 1, IsForced: false, Candidates: [], RunnerUp: null, MarginUsdPerDay: 0, Flip: "nothing", Reason: "because");

    public static RecentChange Change(string key, RegionId from, RegionId to, int minutesAgo) =>
        new(Id(key), "placement", ProposalKind.Migrate, from, to, Noon.AddMinutes(-minutesAgo), ChangeResult.Done);

    /// <returns>An effect that costs so much more storage a day.</returns>
    public static PredictedEffect Spends(decimal usdPerDay) => new(0, 0, new CostTerms(0, 1, 0, 0), new CostTerms(0, 1 + usdPerDay, 0, 0));

    /// <returns>The dataset's service may spend so much, of which so much is committed.</returns>
    public static Spending Budgeted(decimal budgetUsdPerDay, decimal committedUsdPerDay)
    {
        var shop = ServiceId.Parse("shop");
        return new Spending(
            [ServiceBudget.Split(shop, budgetUsdPerDay, committedUsdPerDay, 0.6m)], ImmutableDictionary<DatasetId, ServiceId>.Empty.Add(Users, shop), 0.8m);
    }
}
