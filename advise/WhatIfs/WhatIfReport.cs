using System.Collections.Immutable;

namespace Idp.Advise.WhatIfs;

/// <summary>What would be otherwise: placements, cost and latency.</summary>
/// <param name="Changes">What was changed, in words.</param>
/// <param name="Objects">How many were looked at.</param>
/// <param name="Before">The best standing layouts as things are.</param>
/// <param name="After">The best standing layouts with the change.</param>
/// <param name="ChangedObjects">Objects that would stand otherwise.</param>
/// <param name="CopiesUsd">What copying them would cost once.</param>
/// <param name="Routes">Where they would go from and to, most objects first, at most twenty.</param>
/// <param name="Moved">The twenty whose cost or wait changes most.</param>
/// <param name="NowherePlaced">Objects that may be nowhere with the change; they are counted where they are now.</param>
/// <param name="UnmetBudgets">Budgets that even the cheapest layouts exceed, with what these cost a day.</param>
public sealed record WhatIfReport(
    ImmutableArray<string> Changes,
    int Objects,
    StandingFigures Before,
    StandingFigures After,
    int ChangedObjects,
    decimal CopiesUsd,
    ImmutableArray<ChangedRoute> Routes,
    ImmutableArray<ChangedObject> Moved,
    ImmutableArray<string> NowherePlaced,
    ImmutableSortedDictionary<string, decimal> UnmetBudgets);

/// <summary>One way of placing everything, a day.</summary>
/// <param name="LatencyUsdPerDay">Revenue lost to waiting.</param>
/// <param name="Copies">Mean copies of an object, the primary included.</param>
public sealed record StandingFigures(
    decimal TotalUsdPerDay, decimal LatencyUsdPerDay, decimal StorageUsdPerDay, decimal EgressUsdPerDay, double MeanMs, double P90Ms, double P99Ms, double Copies);

/// <summary>Objects that would go the same way.</summary>
public sealed record ChangedRoute(string From, string To, int Objects, decimal UsdPerDay);

/// <summary>One object that would stand otherwise.</summary>
/// <param name="UsdPerDay">After less before.</param>
public sealed record ChangedObject(string Object, string From, string To, decimal UsdPerDay, double MeanMsBefore, double MeanMsAfter);
