using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Simulation.Baselines;

namespace Idp.Simulation.ClosedLoop;

/// <summary>The product's own forecasters, ledger, planner and guards, deciding on the same view as every baseline.</summary>
public sealed class PlanePolicy(ForecastOptions forecastOptions, PlannerOptions plannerOptions, StaleTelemetry stale) : IPlacementPolicy
{
    private readonly RecedingHorizonPlanner _planner = new(plannerOptions);
    private readonly ViewLedger _ledger = new(plannerOptions);
    private readonly Dictionary<SiteSet, HorizonProgram> _programs = [];
    private readonly List<int> _reversalHours = [];
    private readonly List<int> _changeHours = [];
    private FleetForecast? _forecast;
    private PlanMemory[] _memories = [];
    private ViewMemory[] _views = [];

    public PlanePolicy(ForecastOptions forecastOptions, PlannerOptions plannerOptions)
        : this(forecastOptions, plannerOptions, StaleTelemetry.Default)
    {
    }

    /// <value>Told of every decision: the hour, the object's index, and what was decided.</value>
    public Action<int, int, PlanDecision>? Decided { get; init; }

    /// <value>When hour 0 begins, as decisions write it into their reasons.</value>
    public DateTimeOffset StartsAt { get; init; } = FleetForecast.Time(0);

    /// <value>Hours of the reversals that no plan had foreseen, of all objects.</value>
    public IReadOnlyList<int> ReversalHours => _reversalHours;

    /// <value>Hours of all changes of layout, as they were seen.</value>
    public IReadOnlyList<int> ChangeHours => _changeHours;

    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        if (_forecast is null)
        {
            _forecast = new FleetForecast(view, forecastOptions);
            _memories = [.. layouts.ToArray().Select(PlanMemory.StartAt)];
            _views = [.. layouts.ToArray().Select(layout => ViewMemory.StartAt(layout, DemandViews.Count))];
        }

        _forecast.Learn();
        if (view.Hour == 0 || _forecast.AgeHours > stale.PausedAfterHours)
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
        if (!_programs.TryGetValue(placed.Feasible, out var program))
        {
            _programs[placed.Feasible] = program = new HorizonProgram(view.World.SpaceOf(placed.Feasible));
        }

        var views = forecast.Views(obj);
        var ledger = _ledger.Charge(_views[obj], view.World.Costs, forecast.Last(obj), placed.SizeGb);
        _views[obj] = ViewLedger.Follow(ledger, program, views, placed.SizeGb);
        var subject = new PlanningSubject(current, placed.SizeGb, ViewLedger.Blend(views, _ledger.Weights(_views[obj])), _memories[obj]);
        return Remember(view.Hour, obj, _planner.Decide(program, subject, StartsAt.AddHours(view.Hour)));
    }

    private Layout Remember(int hour, int obj, PlanDecision decision)
    {
        _reversalHours.AddRange(decision.Memory.Reversals.Except(_memories[obj].Reversals).Select(_ => hour));
        if (decision.From != _memories[obj].Layout)
        {
            _changeHours.Add(hour);
        }

        _memories[obj] = decision.Memory;
        Decided?.Invoke(hour, obj, decision);
        return decision.To;
    }
}
