namespace Idp.Core.Forecasting;

/// <summary>What was forecast for an hour one hour before, and what came.</summary>
/// <param name="Forecast">The forecast of the hour before; 0 for the first hour of a series.</param>
/// <param name="Naive">What the last hour would have said; the yardstick of MASE.</param>
/// <param name="Actual">Operations that came.</param>
/// <param name="Shape">Actual over the series' own level: what a cohort learns from; 0 while there is no level.</param>
/// <param name="Warning">Null nearly always.</param>
public readonly record struct ForecastOutcome(ForecastPoint Forecast, double Naive, double Actual, double Shape, ForecastWarning? Warning);
