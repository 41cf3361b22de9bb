using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Controllers.Placement;
using Idp.Core.Controllers.Tiering;
using Idp.Core.Decisions;
using Idp.Simulation;
using Idp.Simulation.Workloads;

namespace Idp.Bench.Controllers;

/// <summary>Storage, waiting, retrieval and early deletion of real demand: temperature against never demoting, age rules and hindsight.</summary>
/// <remarks>Prices of us-east-1, $0.01 an operation of which 100 ms lose 1 %, options as they are by default.</remarks>
internal static class TieringScenario
{
    private const int WarmUpDays = 30; // Everything begins hot and unknown.

    private static readonly RegionId Virginia = RegionId.Parse("us-east-1");
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    public static void Run(Dictionary<string, double> figures)
    {
        // How many objects share a store's demand is not in the files: three answers.
        foreach (var (suffix, readsPerDay) in (ReadOnlySpan<(string, double)>)[("AtTenthReadADay", 0.1), ("AtOneReadADay", 1), ("AtTenReadsADay", 10)])
        {
            Run(figures, suffix, readsPerDay);
        }
    }

    private static void Run(Dictionary<string, double> figures, string suffix, double readsPerDay)
    {
        var options = new TieringOptions();
        var value = new LinearLatencyValue(0.01, 0.01);
        var prices = SampleData.Prices().At(new DateOnly(2026, 1, 1));
        var ledger = new TieringLedger(RegionTiers.Of(Virginia, prices, options).Tiers, value, options.ChangeOverheadUsd);
        TieringStore[] stores = [.. DemandFile.All.Index().Select(entry => new TieringStore(entry.Item, readsPerDay, seed: 100 + entry.Index)).Where(store => store.Objects.Count > 0)];
        double Sum(Func<TieringStore, TieringObject, double> pay) => stores.Sum(store => store.Objects.Sum(item => item.Weight * pay(store, item)));

        var never = Sum((store, item) => Pay(ledger, store, item, (_, _) => StorageTier.Hot));
        var age = Sum((store, item) => Pay(ledger, store, item, ByAge));
        var promoting = Sum((store, item) => Pay(ledger, store, item, (_, idle) => ByAge(StorageTier.Hot, idle)));
        var hindsight = Sum((store, item) => ledger.HindsightUsd(item, store.BytesPerRead));
        var own = stores.Select(store => Follow(options, value, ledger, store)).ToArray();
        var withoutWarm = new TieringLedger([.. ledger.Tiers.Where(terms => terms.Tier != StorageTier.Warm)], value, options.ChangeOverheadUsd);
        var temperature = own.Sum(result => result.Usd);

        figures["tieringCostToNeverDemote" + suffix] = temperature / never;
        figures["tieringCostToAge30And90" + suffix] = temperature / age;
        figures["tieringCostToAge30And90Promoting" + suffix] = temperature / promoting;
        figures["tieringCostToHindsight" + suffix] = temperature / hindsight;
        figures["tieringCostAfter30DaysToHindsight" + suffix] = own.Sum(result => result.LateUsd) / Sum((store, item) => ledger.HindsightUsd(item, store.BytesPerRead, fromDay: WarmUpDays));
        figures["tieringAge30And90PromotingToHindsight" + suffix] = promoting / hindsight;
        figures["tieringWithoutWarmCostToAge30And90Promoting" + suffix] = stores.Sum(store => Follow(options, value, withoutWarm, store).Usd) / promoting;
        figures["tieringWorstStoreCostToNeverDemote" + suffix] = stores.Zip(own).Max(pair =>
            pair.Second.Usd / pair.First.Objects.Sum(item => item.Weight * Pay(ledger, pair.First, item, (_, _) => StorageTier.Hot)));
        figures["tieringChangesPerObjectAndMonth" + suffix] = own.Sum(result => result.Changes) / stores.Sum(store => store.Objects.Count * store.Days / 30.0);
        figures["tieringReversalShare" + suffix] = own.Sum(result => result.Reversals) / (double)Math.Max(1, own.Sum(result => result.Changes));
    }

    private static StorageTier ByAge(StorageTier floor, int idleDays) =>
        idleDays >= 90 ? StorageTier.Archive
        : idleDays >= 30 ? (StorageTier)Math.Max((int)StorageTier.Cold, (int)floor)
        : floor;

    // A rule sees the days up to yesterday, as the controller does.
    private static double Pay(TieringLedger ledger, TieringStore store, TieringObject item, Func<StorageTier, int, StorageTier> rule)
    {
        var (tier, since, idle, usd) = (StorageTier.Hot, item.Born, 0, 0.0);
        for (var day = item.Born; day < store.Days; day++)
        {
            var next = rule(tier, idle);
            if (next != tier)
            {
                usd += ledger.ChangeUsd(item, tier, next, day - since);
                (tier, since) = (next, day);
            }

            usd += ledger.DayUsd(item, tier, item.Reads[day], store.BytesPerRead);
            idle = item.Reads[day] > 0 ? 0 : idle + 1;
        }

        return usd;
    }

    private static (double Usd, double LateUsd, int Changes, int Reversals) Follow(TieringOptions options, ILatencyValue value, TieringLedger ledger, TieringStore store)
    {
        options.MaxChangesPerRun = store.Objects.Count;
        var controller = new TieringController(options, value);
        var states = store.Objects.Select((_, index) => new State(new ObjectId(DatasetId.Parse("store"), $"o{index}"))).ToArray();
        var (usd, early, changes, reversals) = (0.0, 0.0, 0, 0);
        for (var day = 0; day < store.Days; day++)
        {
            early = day == WarmUpDays ? usd : early;
            var asOf = Start.AddDays(day);
            int[] alive = [.. Enumerable.Range(0, states.Length).Where(index => store.Objects[index].Born < day)];
            var plan = controller.Decide(new TieringSnapshot(
                asOf, TimeSpan.Zero, TimeSpan.FromDays(1), [new RegionTiers(Virginia, ledger.Tiers)], [], [.. alive.Select(index => Subject(store, states[index], store.Objects[index]))]));
            foreach (var (position, index) in alive.Index())
            {
                var (state, item) = (states[index], store.Objects[index]);
                state.Memory = plan.Memories[position];
                if (plan.Proposals[position] is { Kind: ProposalKind.ChangeTier, Tier: { } change })
                {
                    usd += item.Weight * ledger.ChangeUsd(item, state.Tier, change.To, (asOf - state.Since).TotalDays);
                    changes++;
                    reversals += state.Previous == change.To && asOf - state.Since < options.ReversalWindow ? 1 : 0;
                    (state.Previous, state.Tier, state.Since) = (state.Tier, change.To, asOf);
                }
            }

            foreach (var (index, item) in store.Objects.Index().Where(entry => entry.Item.Born <= day))
            {
                usd += item.Weight * ledger.DayUsd(item, states[index].Tier, item.Reads[day], store.BytesPerRead);
                states[index].Reads = states[index].Reads.Add(item.Reads[day], asOf.AddDays(1), options.HalfLife);
            }
        }

        return (usd, usd - early, changes, reversals);
    }

    private static TieringSubject Subject(TieringStore store, State state, TieringObject item) => new(
        state.Object, Virginia, item.SizeBytes, state.Tier, state.Since == default ? Start.AddDays(item.Born) : state.Since,
        state.Reads, default, store.BytesPerRead, BaseMs: 0, Start.AddDays(item.Born), Excluded: [], IsChanging: false, state.Memory);

    private sealed class State(ObjectId name)
    {
        public ObjectId Object => name;

        public StorageTier Tier { get; set; } = StorageTier.Hot;

        public StorageTier? Previous { get; set; }

        public DateTimeOffset Since { get; set; }

        public DecayedCount Reads { get; set; }

        public TierMemory? Memory { get; set; }
    }
}
