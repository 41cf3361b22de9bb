using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Advise.Traces;

namespace Idp.Advise.Reports;

/// <summary>What static placement costs on somebody's own log, and what the plane would have done instead.</summary>
/// <param name="Static">Every object at its home.</param>
/// <param name="Plane">As the plane would have placed them, from the first hour on, every copy paid for.</param>
/// <param name="BestSingle">Each object in the one region that hindsight finds best: a bound for static placement.</param>
/// <param name="BestStanding">The same with replicas.</param>
/// <param name="ClairvoyantUsd">The least anybody could have paid who knew all that comes.</param>
/// <param name="Saved">The difference of the first two.</param>
/// <param name="Days">Each day of the log.</param>
/// <param name="Regions">Callers' regions, busiest first.</param>
/// <param name="Moves">The most valuable ones, at most twenty.</param>
/// <param name="Conflicts">With policies; none when no intents were given.</param>
/// <param name="Sensitivities">Widest first.</param>
public sealed record AdviseReport(
    TraceSummary Log,
    DateTimeOffset From,
    DateTimeOffset To,
    string Home,
    EvaluatedObjects Objects,
    PlacementCost Static,
    PlacementCost Plane,
    PlacementCost BestSingle,
    PlacementCost BestStanding,
    decimal ClairvoyantUsd,
    Saving Saved,
    ImmutableArray<DayFigures> Days,
    ImmutableArray<RegionFigures> Regions,
    MoveFigures Changes,
    ImmutableArray<AdvisedMove> Moves,
    ImmutableArray<ComplianceConflict> Conflicts,
    ImmutableArray<SensitivityRow> Sensitivities,
    ImmutableArray<string> AssumedFacts,
    Assumptions Assumptions);

/// <summary>Which objects were looked at, and how.</summary>
/// <param name="All">Objects with an access in the window.</param>
/// <param name="Operations">Of all of them.</param>
/// <param name="Replayed">The dearest, replayed one by one.</param>
/// <param name="ReplayedShare">Their share of all operations, from 0 to 1.</param>
/// <param name="Sampled">Replayed for the rest.</param>
/// <param name="ReplayedStaticUsd">What the replayed ones cost where they are: the simulation's own total.</param>
/// <param name="ReplayedPlaneUsd">What they would have cost: the simulation's own total.</param>
public sealed record EvaluatedObjects(
    int All, double Operations, int Replayed, double ReplayedShare, int Sampled, decimal ReplayedStaticUsd, decimal ReplayedPlaneUsd);

/// <summary>One way of placing everything, over the whole window.</summary>
/// <param name="LatencyUsd">Revenue lost to waiting.</param>
/// <param name="EgressUsd">Answers to other regions and writes shipped to replicas.</param>
/// <param name="ChangeUsd">Copies and hand-overs.</param>
public sealed record PlacementCost(decimal TotalUsd, decimal LatencyUsd, decimal StorageUsd, decimal EgressUsd, decimal ChangeUsd, double MeanMs, double P90Ms, double P99Ms);

/// <summary>What the plane would have saved.</summary>
/// <param name="Share">Of the static cost.</param>
/// <param name="LowUsd">Lower end of the 90 % interval; null for a log of less than three days.</param>
/// <param name="HighUsd">Its upper end.</param>
/// <param name="Interval">How it was found, in words.</param>
/// <param name="OnceLearnedUsdPerDay">The same, the first week left out; null when there is no second one.</param>
/// <param name="BreakEvenUsdPerOperation">Revenue of an operation at which nothing is saved; null when there is no such value.</param>
public sealed record Saving(
    decimal Usd, decimal UsdPerDay, double Share, decimal? LowUsd, decimal? HighUsd, string Interval, decimal? OnceLearnedUsdPerDay, decimal? BreakEvenUsdPerOperation);

/// <summary>One day of the log.</summary>
public sealed record DayFigures(DateOnly Day, decimal StaticUsd, decimal PlaneUsd, double Copies, double HandOvers);

/// <summary>One region's callers.</summary>
/// <param name="PlaneMeanMs">Null when none of them asked for a replayed object.</param>
public sealed record RegionFigures(string Region, double Operations, double StaticMeanMs, double? PlaneMeanMs);

/// <summary>How much would have been moved.</summary>
/// <param name="Moved">Objects that would have moved at all.</param>
public sealed record MoveFigures(double Copies, double HandOvers, double CopiedGb, double Moved);

/// <summary>What would have been done with one object.</summary>
/// <param name="To">Where it would have saved most: the primary, then replicas.</param>
/// <param name="First">When it would have come there first.</param>
/// <param name="Times">How often.</param>
/// <param name="OtherMoves">Its moves to elsewhere.</param>
/// <param name="SavedUsd">What all of its moves together would have saved, their cost taken off.</param>
/// <param name="ExpectedUsdPerDay">What the plane expected it to save against staying put, at the first time.</param>
/// <param name="Reason">The planner's own words, at the first time.</param>
public sealed record AdvisedMove(
    string Object, string From, string To, DateTimeOffset First, int Times, int OtherMoves, decimal SavedUsd, decimal SavedUsdPerDay, decimal ExpectedUsdPerDay, string Reason);

/// <summary>What the saving would be under another assumption.</summary>
public sealed record SensitivityRow(string Assumption, string LowLabel, decimal LowUsd, string HighLabel, decimal HighUsd);
