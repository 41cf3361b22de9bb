using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Idp.Core.Planning;

namespace Idp.Core.Controllers.Foresight;

/// <summary>What the controller carries from run to run for one object; it keeps nothing itself.</summary>
/// <param name="Regions">Whose indices the layouts use; with others the object starts over.</param>
/// <param name="Primary">Where the object was in the last run.</param>
/// <param name="FirstHour">The first hour that was charged.</param>
/// <param name="LastHour">The last hour that was learned from.</param>
/// <param name="Demand">What was learned of its demand, as <see cref="DemandViews"/> writes it.</param>
/// <param name="Views">What following each view would have led to.</param>
/// <param name="Record">What following the plans would have led to, and what staying where it was first seen.</param>
/// <param name="Plan">The planner's own.</param>
/// <param name="FilledHours">Hours with any demand, as they fade.</param>
/// <param name="Leads">Whether the plans lead.</param>
public sealed record ForesightMemory(
    ObjectId Object,
    ImmutableArray<RegionId> Regions,
    RegionId Primary,
    int FirstHour,
    int LastHour,
    ReadOnlyMemory<byte> Demand,
    ViewMemory Views,
    ViewMemory Record,
    PlanMemory Plan,
    double FilledHours,
    bool Leads)
{
    /// <value>Where it would be had every plan been followed.</value>
    [JsonIgnore]
    public Layout Planned => Record.Shadows[0];

    /// <value>What that has cost lately, changes included, in US dollars that fade.</value>
    [JsonIgnore]
    public double PlannedUsd => Record.CostUsd[0];

    /// <value>What staying would have cost.</value>
    [JsonIgnore]
    public double StayedUsd => Record.CostUsd[1];
}
