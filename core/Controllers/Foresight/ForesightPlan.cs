using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Forecasting;

namespace Idp.Core.Controllers.Foresight;

/// <summary>What one run returns.</summary>
/// <param name="Leads">Of the objects that plans lead, where they should be now; in the order of the snapshot.</param>
/// <param name="Memories">One for each object of the snapshot, in its order.</param>
/// <param name="Profiles">For the next run.</param>
/// <param name="Scores">How good the forecasts have been in the hours that this run learned from.</param>
/// <param name="Warnings">What these hours say against them.</param>
public sealed record ForesightPlan(
    ImmutableArray<PlannedLead> Leads,
    ImmutableArray<ForesightMemory> Memories,
    ReadOnlyMemory<byte> Profiles,
    ForecastScores Scores,
    ImmutableArray<ForesightWarning> Warnings);
