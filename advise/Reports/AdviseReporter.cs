using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Advise.Replays;
using Idp.Advise.Traces;
using Idp.Core.Planning;
using Idp.Simulation;

namespace Idp.Advise.Reports;

/// <summary>Evaluates a fleet and its log, and writes down what that says.</summary>
/// <param name="rules">Intents and policies, for conflicts.</param>
/// <param name="assumptions">As the fleet was built with.</param>
public sealed class AdviseReporter(DemandLog log, Fleet fleet, Rules rules, Assumptions assumptions)
{
    private const int MaxMoves = 20;
    private const int LearningDays = 7;

    /// <param name="objects">The dearest objects to replay; null for what about a minute allows.</param>
    /// <param name="facts">What was assumed besides the usual assumptions, in words.</param>
    public AdviseReport Report(int? objects, IEnumerable<string> facts, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var home = Standing.AtHome(fleet);
        var selection = ReplaySelection.Of(fleet, home, objects);
        progress?.Report($"{fleet.Objects.Length:N0} objects over {fleet.Days:0.#} days; {selection.Head.Length:N0} are replayed{(selection.Rest > 0 ? $", and {selection.Sample.Length:N0} for the other {selection.Rest:N0}" : string.Empty)}");
        var single = Standing.Evaluate(fleet, maxSites: 1, entry => entry.NearSites, paysMoves: true, cancellationToken);
        var standing = Standing.Evaluate(fleet, fleet.World.MaxSites, entry => entry.NearSites, paysMoves: true, cancellationToken);
        var replay = FleetReplay.Run(fleet, home, selection, progress, cancellationToken);
        var (stay, plane) = (replay.Static, replay.Plane);
        var waits = new WaitTally(fleet.World.Costs);
        foreach (var (entry, weight) in replay.Weighted)
        {
            waits.Add(entry.PlaneWaits, weight);
        }

        return new AdviseReport(
            log.Summary,
            fleet.From,
            fleet.From.AddHours(fleet.Hours),
            Homes(),
            new EvaluatedObjects(
                fleet.Objects.Length, fleet.Operations, replay.Head.Length, Share(replay.Head.Sum(entry => entry.Entry.Operations), fleet.Operations), replay.Sample.Length,
                Money.Of(replay.Head.Sum(entry => entry.Static.Total)), Money.Of(replay.Head.Sum(entry => entry.PlaneUsd))),
            CostOf(home.Cost, home.Latency),
            CostOf(plane.ToPlanCost(), waits.Summarize()),
            CostOf(single.Cost, single.Latency),
            CostOf(standing.Cost, standing.Latency),
            Money.Of(replay.ClairvoyantUsd(standing)),
            Saved(replay, stay, plane),
            Days(replay),
            Regions(home.Waits, waits),
            Changes(replay),
            Moves(replay),
            ComplianceConflict.Of(fleet, rules),
            [.. Sensitivity.Of(stay, plane, WriteShare()).Select(row => new SensitivityRow(row.Assumption, row.LowLabel, Money.Of(row.LowUsd), row.HighLabel, Money.Of(row.HighUsd)))],
            [.. facts, .. Facts()],
            assumptions);
    }

    private static PlacementCost CostOf(PlanCost cost, LatencySummary latency) => new(
        Money.Of(cost.TotalUsd), Money.Of(cost.LatencyUsd), Money.Of(cost.StorageUsd), Money.Of(cost.EgressUsd), Money.Of(cost.ChangeUsd),
        latency.MeanMs, latency.P90Ms, latency.P99Ms);

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;

    private string Homes() => string.Join(", ", fleet.Objects.CountBy(entry => entry.Home).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Take(3)
        .Select(entry => fleet.World.Costs.Regions[entry.Key].Value));

    private double WriteShare() => Share(fleet.Objects.Sum(entry => entry.Cells.Sum(cell => cell.Writes)), fleet.Operations);

    private Saving Saved(FleetReplay replay, CostParts stay, CostParts plane)
    {
        var saved = stay.Total - plane.Total;
        var interval = SavingInterval.Of(replay);
        var latency = stay.Latency - plane.Latency;
        double? breakEven = latency > 0 && saved < latency ? assumptions.RevenueUsdPerOperation * (latency - saved) / latency : null;
        return new Saving(
            Money.Of(saved),
            Money.Of(saved / fleet.Days),
            Share(saved, stay.Total),
            interval is { } low ? Money.Of(low.LowUsd) : null,
            interval is { } high ? Money.Of(high.HighUsd) : null,
            interval is null ? "the log is too short for an interval: less than three days"
                : $"90 % interval of a circular block bootstrap over the log's days, {interval.BlockDays} at a time{(replay.Sample.IsEmpty ? string.Empty : ", and over the objects of the sample")}",
            OnceLearned(replay),
            breakEven is { } value ? Money.Of(value) : null);
    }

    private decimal? OnceLearned(FleetReplay replay)
    {
        var days = fleet.Days - LearningDays;
        return days < LearningDays ? null
            : Money.Of(replay.Weighted.Sum(entry => entry.Weight * (entry.Replay.DailyStaticUsd.Skip(LearningDays).Sum() - entry.Replay.DailyPlaneUsd.Skip(LearningDays).Sum())) / days);
    }

    private ImmutableArray<DayFigures> Days(FleetReplay replay)
    {
        var days = (fleet.Hours + 23) / 24;
        var (copies, handOvers, stay, plane) = (new double[days], new double[days], new double[days], new double[days]);
        foreach (var (entry, weight) in replay.Weighted)
        {
            foreach (var move in entry.Moves)
            {
                copies[move.Hour / 24] += weight * move.Copies;
                handOvers[move.Hour / 24] += move.IsHandOver ? weight : 0;
            }

            for (var day = 0; day < days; day++)
            {
                stay[day] += weight * entry.DailyStaticUsd[day];
                plane[day] += weight * entry.DailyPlaneUsd[day];
            }
        }

        return [.. Enumerable.Range(0, days).Select(day => new DayFigures(DateOnly.FromDateTime(fleet.From.UtcDateTime).AddDays(day), Money.Of(stay[day]), Money.Of(plane[day]), copies[day], handOvers[day]))];
    }

    private ImmutableArray<RegionFigures> Regions(WaitTally stay, WaitTally plane) =>
    [
        .. fleet.World.Costs.Regions.Index()
            .Where(region => stay.OperationsFrom(region.Index) > 0)
            .Select(region => new RegionFigures(region.Item.Value, stay.OperationsFrom(region.Index), stay.MeanMsFrom(region.Index), plane.OperationsFrom(region.Index) > 0 ? plane.MeanMsFrom(region.Index) : null))
            .OrderByDescending(region => region.Operations),
    ];

    private static MoveFigures Changes(FleetReplay replay) => new(
        replay.Weighted.Sum(entry => entry.Weight * entry.Replay.Moves.Sum(move => move.Copies)),
        replay.Weighted.Sum(entry => entry.Weight * entry.Replay.Moves.Count(move => move.IsHandOver)),
        replay.Weighted.Sum(entry => entry.Weight * entry.Replay.Moves.Sum(move => move.Copies) * entry.Replay.Entry.SizeGb),
        replay.Weighted.Sum(entry => entry.Replay.Moves.IsEmpty ? 0 : entry.Weight));

    // Of the objects that count once: a sampled one stands for others of whom nothing is known by name. Of the layouts that an object would have
    // had, the one that saved most is shown.
    private ImmutableArray<AdvisedMove> Moves(FleetReplay replay) =>
    [
        .. replay.Head
            .Where(entry => entry.SavedUsd > 0 && !entry.Moves.IsEmpty)
            .OrderByDescending(entry => entry.SavedUsd)
            .ThenBy(entry => entry.Entry.Name, StringComparer.Ordinal)
            .Take(MaxMoves)
            .Select(Best),
    ];

    private AdvisedMove Best(ObjectReplay replay)
    {
        var same = replay.Moves.GroupBy(move => move.To).OrderByDescending(moves => moves.Sum(move => move.SavedUsd)).ThenBy(moves => moves.First().Hour).First().ToArray();
        return new AdvisedMove(
            replay.Entry.Name, fleet.World.Costs.Regions[replay.Entry.Home].Value, same[0].To, fleet.From.AddHours(same[0].Hour), same.Length, replay.Moves.Length - same.Length,
            Money.Of(replay.SavedUsd), Money.Of(replay.SavedUsd / fleet.Days), Money.Of(same[0].ExpectedUsdPerDay), same[0].Reason);
    }

    private IEnumerable<string> Facts()
    {
        yield return $"An operation earns ${assumptions.RevenueUsdPerOperation:0.######} and loses {assumptions.LossPer100Ms:0.##%} of it for each 100 ms of round trip (--revenue-per-operation, --loss-per-100ms). This is the assumption that matters most.";
        yield return $"An object has {assumptions.ObjectBytes / 1e6:0.###} MB where nothing else is known (--object-size); an answer {fleet.World.Costs.AnswerBytes:0} bytes, a write shipped to a replica {assumptions.WriteBytes:0} bytes.";
        yield return $"Reads go to the nearest copy, writes to the primary; at most {assumptions.MaxSites} copies (--max-sites). Only round trips between regions count: queues and query times stay as they are.";
        yield return "Each decision knows only the hours before it, learning starts with the log, and every copy is paid for. Objects learn alone; in the product they learn from each other.";
        yield return "An object may be in the regions that use it and in its home; in all allowed ones where a policy forbids one of these. Everything is counted in whole hours.";
    }
}
