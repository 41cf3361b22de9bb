using System.Collections.Immutable;
using Idp.Core.Decisions;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Knows where the money goes: allocates it, forecasts it, notices when it runs away, keeps each service's budget, and suggests how to spend less.</summary>
/// <remarks>Pure: the same snapshot and options always give the same plan, in the same order.</remarks>
/// <param name="value">Budgets and their split.</param>
/// <param name="latencyValue">What waiting costs; suggestions that make callers wait are charged for it.</param>
public sealed class CostController(CostOptions options, ValueOptions value, ILatencyValue latencyValue) : IController<CostSnapshot, CostPlan>
{
    public string Name => "cost";

    public CostPlan Decide(CostSnapshot snapshot)
    {
        var allocated = new CostAllocator(snapshot.Services, snapshot.Weights).Allocate(snapshot.Charges);
        var forecaster = new MonthForecaster(options.ForecastCoverage);
        var anomalies = Anomalies(snapshot);
        var budgets = new BudgetKeeper(options, value).Keep(snapshot, allocated);
        return new CostPlan(
            allocated,
            SpendReport.Of(allocated, options.TopObjects),
            [.. snapshot.Days.Select(forecaster.Forecast).OfType<MonthForecast>()],
            anomalies,
            new SuggestionFinder(options, latencyValue).Find(snapshot),
            budgets,
            new CostMemory(
                [.. budgets.Select(status => new ServiceLevel(status.Budget.Service, status.Level))],
                [.. anomalies.Select(anomaly => new SeriesName(anomaly.Service, anomaly.Kind))]));
    }

    /// <returns>Charges that name their owners, as metered ones do, allocated by that.</returns>
    public static ImmutableArray<AllocatedCharge> Allocate(IEnumerable<Charge> charges) => new CostAllocator([], []).Allocate(charges);

    private ImmutableArray<SpendAnomaly> Anomalies(CostSnapshot snapshot)
    {
        var detector = new AnomalyDetector(options);
        return
        [
            .. snapshot.Hours.Select(detector.Find).OfType<SpendAnomaly>()
                .Select(anomaly => anomaly with { IsNew = !snapshot.Memory.Anomalies.Contains(new SeriesName(anomaly.Service, anomaly.Kind)) })
                .OrderByDescending(anomaly => anomaly.ObservedUsd - anomaly.ExpectedUsd)
                .ThenBy(anomaly => anomaly.Service.Value, StringComparer.Ordinal)
                .ThenBy(anomaly => anomaly.Kind),
        ];
    }
}
