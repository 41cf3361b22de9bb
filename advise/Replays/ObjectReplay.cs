using System.Collections.Immutable;
using Idp.Advise.Fleets;
using Idp.Core.Planning;

namespace Idp.Advise.Replays;

/// <summary>One object's log, replayed twice: staying where it is, and as the plane would have placed it.</summary>
/// <param name="Entry">What was replayed.</param>
/// <param name="Regions">Regions of the replay, as indices of the fleet's; layouts count in these.</param>
/// <param name="Static">Staying at home.</param>
/// <param name="Plane">As the plane decided, its changes included.</param>
/// <param name="PlaneUsd">The same total, as the simulation reports it.</param>
/// <param name="ClairvoyantUsd">The cheapest plan from the same start for demand that is known, without guards, among the same regions.</param>
/// <param name="DailyStaticUsd">By day of the log.</param>
/// <param name="DailyPlaneUsd">By day of the log.</param>
/// <param name="Path">The layout of each hour.</param>
/// <param name="Moves">In the order of time.</param>
public sealed record ObjectReplay(
    FleetObject Entry,
    ImmutableArray<int> Regions,
    CostParts Static,
    CostParts Plane,
    double PlaneUsd,
    double ClairvoyantUsd,
    ImmutableArray<double> DailyStaticUsd,
    ImmutableArray<double> DailyPlaneUsd,
    WaitTally StaticWaits,
    WaitTally PlaneWaits,
    ImmutableArray<Layout> Path,
    ImmutableArray<ReplayedMove> Moves)
{
    /// <value>What the plane would have saved, in US dollars; negative when it would have cost more.</value>
    public double SavedUsd => Static.Total - Plane.Total;
}
