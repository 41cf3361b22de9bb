using System.Text.Json.Serialization;

namespace Idp.Core.Forecasting;

/// <summary>One of the methods that a forecast is made of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ForecastMember>))]
public enum ForecastMember
{
    /// <summary>As the last hour.</summary>
    Naive,

    /// <summary>As the same hour a day ago or, once it has been the closer one, a week ago.</summary>
    SeasonalNaive,

    /// <summary>Simple exponential smoothing; of three smoothing factors the one that has erred least.</summary>
    Ses,

    /// <summary>Holt-Winters with additive hours of the day and a damped trend (Gardner and McKenzie, 1985).</summary>
    HoltWinters,

    /// <summary>A level times the hour's share: the cohort's hour of the week, bent to the object's own day.</summary>
    Profile,
}
