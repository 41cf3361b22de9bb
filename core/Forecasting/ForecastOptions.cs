using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Forecasting;

/// <summary>How forecasts learn. Hours are those of the series: trace time in a replay.</summary>
/// <remarks>
/// Chosen before measuring: the members, the error window and the power are those of the trials (research/feasibility.md section 3);
/// smoothing factors are textbook values. None was fitted to the demand files of the bench.
/// </remarks>
public sealed class ForecastOptions
{
    public const string Section = "Forecasting";

    /// <summary>Span of the errors that weigh the members, and of a series' drift.</summary>
    /// <value>Default 72 hours. From 12 to 672.</value>
    [Range(12, 672)]
    public int ErrorHours { get; set; } = 72;

    /// <summary>Members weigh 1 ÷ MAE to this power.</summary>
    /// <value>Default 4. From 1 to 8.</value>
    [Range(1, 8)]
    public int WeightPower { get; set; } = 4;

    /// <summary>Errors a member must have made before it has a say; a day shows it at every hour.</summary>
    /// <value>Default 24. From 1 to 168.</value>
    [Range(1, 168)]
    public int MinErrors { get; set; } = 24;

    /// <summary>Smoothing of simple exponential smoothing, which follows.</summary>
    /// <value>Default 0.5. From 0.01 to 1.</value>
    [Range(0.01, 1.0)]
    public double SesSmoothing { get; set; } = 0.5;

    /// <summary>Smoothing of the level in Holt-Winters and in level × profile, which know the hour and can be calmer.</summary>
    /// <value>Default 0.3. From 0.01 to 1.</value>
    [Range(0.01, 1.0)]
    public double LevelSmoothing { get; set; } = 0.3;

    /// <summary>Smoothing of the trend in Holt-Winters.</summary>
    /// <value>Default 0.05. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TrendSmoothing { get; set; } = 0.05;

    /// <summary>Smoothing of the hours of the day in Holt-Winters.</summary>
    /// <value>Default 0.2: five days. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SeasonSmoothing { get; set; } = 0.2;

    /// <summary>Share of a trend that lasts another hour.</summary>
    /// <value>Default 0.9. From 0 to 0.99; a day ahead nothing of it is left.</value>
    [Range(0.0, 0.99)]
    public double TrendDamping { get; set; } = 0.9;

    /// <summary>Days of its own that an object needs to weigh as much as its cohort in its profile.</summary>
    /// <value>Default 2. From 0.1 to 100.</value>
    [Range(0.1, 100.0)]
    public double ProfilePriorDays { get; set; } = 2;

    /// <summary>Least smoothing of the object's own day, once it is old.</summary>
    /// <value>Default 0.1: ten days. From 0.001 to 1.</value>
    [Range(0.001, 1.0)]
    public double ResidualSmoothing { get; set; } = 0.1;

    /// <summary>Smoothing of an empty or filled hour's probability (TSB).</summary>
    /// <value>Default 0.05. From 0.001 to 1.</value>
    [Range(0.001, 1.0)]
    public double ProbabilitySmoothing { get; set; } = 0.05;

    /// <summary>Smoothing of what a filled hour holds (TSB).</summary>
    /// <value>Default 0.1. From 0.001 to 1.</value>
    [Range(0.001, 1.0)]
    public double SizeSmoothing { get; set; } = 0.1;

    /// <summary>Share of filled hours below which demand is intermittent.</summary>
    /// <remarks>With more empty hours than filled ones the least absolute error is to say 0, so errors cannot weigh members.</remarks>
    /// <value>Default 0.5. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double IntermittentBelow { get; set; } = 0.5;

    /// <summary>Sum of standardised errors to one side at which demand has jumped (Page's CUSUM).</summary>
    /// <remarks>Each hour adds at most 2.5, so that one burst, however large, is not a jump.</remarks>
    /// <value>Default 7: three hours at least. From 3 to 100.</value>
    [Range(3.0, 100.0)]
    public double JumpLimit { get; set; } = 7;

    /// <summary>Tracking signal (Trigg, 1964) beyond which errors lean to one side.</summary>
    /// <value>Default 0.55: nearly four standard deviations over 72 hours. From 0.1 to 1.</value>
    [Range(0.1, 1.0)]
    public double DriftLimit { get; set; } = 0.55;

    /// <summary>How many times the WAPE of the last week that of the last day may be.</summary>
    /// <value>Default 1.5. From 1.1 to 10.</value>
    [Range(1.1, 10.0)]
    public double AccuracyLimit { get; set; } = 1.5;
}
