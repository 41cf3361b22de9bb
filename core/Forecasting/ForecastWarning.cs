namespace Idp.Core.Forecasting;

/// <summary>Raised once when a limit is passed, and again only after the measure has come back below it.</summary>
/// <param name="Hour">Hours since the Unix epoch.</param>
/// <param name="Measured">
/// For a level jump the new level over the forecast; for drift the tracking signal, from −1 to 1; for a loss of accuracy the last day's WAPE.
/// </param>
/// <param name="Limit">What it passed; for a level jump the sum of standardised errors at which it is called one.</param>
public readonly record struct ForecastWarning(ForecastWarningKind Kind, int Hour, double Measured, double Limit);
