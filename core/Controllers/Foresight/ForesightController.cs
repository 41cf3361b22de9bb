using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Foresight;

/// <summary>Plans busy objects ahead of their demand, hour by hour, and leads those for which that has not cost more than staying.</summary>
/// <remarks>
/// For every object a shadow follows the plans, and one stays; both pay on the demand that really came (docs/decisions/0024). Until an object is led,
/// and for all that are not busy, placement follows demand. Pure: the same snapshot and options always give the same plan, in the same order.
/// </remarks>
public sealed class ForesightController(
    ForesightOptions options, ForecastOptions forecasts, PlannerOptions planning, PlacementOptions placement, ILatencyValue latencyValue)
    : IController<ForesightSnapshot, ForesightPlan>
{
    public string Name => "foresight";

    public ForesightPlan Decide(ForesightSnapshot snapshot)
    {
        var past = new PastDemand(snapshot, forecasts);
        var foreseers = snapshot.Objects.Select(subject => subject.Object.Dataset).Distinct()
            .ToDictionary(dataset => dataset, dataset => new Foreseer(options, planning, CostsOf(snapshot, dataset), snapshot));
        var leads = ImmutableArray.CreateBuilder<PlannedLead>();
        var memories = ImmutableArray.CreateBuilder<ForesightMemory>(snapshot.Objects.Length);
        foreach (var (index, subject) in snapshot.Objects.Index())
        {
            var (memory, lead) = foreseers[subject.Object.Dataset].Foresee(subject, past.Of(index));
            memories.Add(memory);
            if (lead is not null)
            {
                leads.Add(lead);
            }
        }

        return new ForesightPlan(leads.ToImmutable(), memories.MoveToImmutable(), past.SaveProfiles(), past.Scores, past.Warnings);
    }

    private SiteCosts CostsOf(ForesightSnapshot snapshot, DatasetId dataset) =>
        SiteCosts.Of(snapshot.Regions, snapshot.RoundTrips, DatasetValue.Find(snapshot.Values, dataset, latencyValue)) with
        {
            AnswerBytes = placement.AnswerBytes, CopyOverheadUsd = placement.MoveOverheadUsd, HandOverUsd = 0,
        };
}
