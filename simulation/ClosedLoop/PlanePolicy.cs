using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Simulation.Baselines;

namespace Idp.Simulation.ClosedLoop;

/// <summary>The product's own forecasters, planner and guards, deciding on the same view as every baseline.</summary>
public sealed class PlanePolicy(ForecastOptions forecastOptions, PlannerOptions plannerOptions) : IPlacementPolicy
{
    // DESIGN section 5: telemetry older than 2 periods of its sensor doubles the bands, older than 5 pauses what is not critical.
    private const int WideAfterHours = 2;
    private const int PausedAfterHours = 5;
    private const double WideBands = 2;

    private readonly RecedingHorizonPlanner _planner = new(plannerOptions);
    private readonly Dictionary<SiteSet, HorizonProgram> _programs = [];
    private FleetForecast? _forecast;
    private PlanMemory[] _memories = [];

    /// <value>Told of every decision: the hour, the object's index, and what was decided.</value>
    public Action<int, int, PlanDecision>? Decided { get; init; }

    /// <value>When hour 0 begins, as decisions write it into their reasons.</value>
    public DateTimeOffset StartsAt { get; init; } = FleetForecast.Time(0);

    /// <value>Reversals that no plan had foreseen, of all objects so far.</value>
    public int UnforeseenReversals { get; private set; }

    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        if (_forecast is null)
        {
            _forecast = new FleetForecast(view, forecastOptions);
            _memories = [.. layouts.ToArray().Select(PlanMemory.StartAt)];
        }

        _forecast.Learn();
        if (view.Hour == 0 || _forecast.AgeHours > PausedAfterHours)
        {
            return;
        }

        for (var obj = 0; obj < layouts.Length; obj++)
        {
            layouts[obj] = Decide(view, obj, layouts[obj], _forecast);
        }
    }

    private Layout Decide(PolicyView view, int obj, Layout current, FleetForecast forecast)
    {
        var placed = view.Objects[obj];
        var subject = new PlanningSubject(current, placed.SizeGb, forecast.Next(obj), forecast.Recent(obj), forecast.IsAfterJump(obj), _memories[obj])
        {
            BandWidth = forecast.AgeHours > WideAfterHours ? WideBands : 1,
        };
        if (!_programs.TryGetValue(placed.Feasible, out var program))
        {
            _programs[placed.Feasible] = program = new HorizonProgram(view.World.SpaceOf(placed.Feasible));
        }

        var decision = _planner.Decide(program, subject, StartsAt.AddHours(view.Hour));
        UnforeseenReversals += decision.Memory.Reversals.Except(_memories[obj].Reversals).Count();
        _memories[obj] = decision.Memory;
        Decided?.Invoke(view.Hour, obj, decision);
        return decision.To;
    }
}
