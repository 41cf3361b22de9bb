using Idp.Core.Planning;

namespace Idp.Core.Tests.Planning;

/// <summary>Runs the planner hour by hour on demand that it foresees perfectly, and does what it decides.</summary>
internal sealed class PlanLoop(SiteCosts costs, PlannerOptions options, double sizeGb, Layout start)
{
    private readonly RecedingHorizonPlanner _planner = new(options);
    private readonly HorizonProgram _program = new(new LayoutSpace(costs, SiteSet.FirstOf(costs.Regions.Length)));

    public Layout At { get; private set; } = start;

    public PlanMemory Memory { get; private set; } = PlanMemory.StartAt(start);

    public List<PlanDecision> Decisions { get; } = [];

    public double CostUsd { get; private set; }

    /// <param name="forecast">What is believed at an hour; <paramref name="demand"/> from there on when it is null.</param>
    public PlanLoop Run(DemandWindow demand, int hours, int horizon, Func<int, DemandWindow>? forecast = null)
    {
        for (var hour = 0; hour < hours; hour++)
        {
            var window = forecast?.Invoke(hour) ?? demand.Slice(hour, Math.Min(horizon, demand.Hours - hour));
            var subject = new PlanningSubject(At, sizeGb, window, Memory);
            var decision = _planner.Decide(_program, subject, PlanningWorld.Noon.AddHours(hour));
            CostUsd += costs.ChangeUsd(At, decision.To, sizeGb) + PlanCost.OfHour(costs, demand, hour, decision.To, sizeGb).TotalUsd;
            (At, Memory) = (decision.To, decision.Memory);
            Decisions.Add(decision);
        }

        return this;
    }

    public int MostIn24Hours(Func<PlanDecision, int> count) =>
        Enumerable.Range(0, Decisions.Count).Max(from => Decisions.Skip(from).Take(24).Sum(count));
}
