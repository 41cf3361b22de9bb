namespace Idp.Core.Forecasting;

/// <summary>Demand of one hour ahead, in operations per hour.</summary>
/// <param name="Mean">Expected count, at least 0.</param>
/// <param name="P50">Exceeded in half of the hours, going by recent errors.</param>
/// <param name="P90">Exceeded in one hour of ten, going by recent errors; at least <paramref name="P50"/>.</param>
public readonly record struct ForecastPoint(double Mean, double P50, double P90);
