using System.Text.Json.Serialization;

namespace Idp.Core.Forecasting;

/// <summary>Why a series' forecasts deserve less trust.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ForecastWarningKind>))]
public enum ForecastWarningKind
{
    /// <summary>Demand stepped to another level within hours, which nothing had announced.</summary>
    LevelJump,

    /// <summary>Errors have leaned to one side for days: demand grows or shrinks faster than the forecast follows.</summary>
    Drift,

    /// <summary>The last day's errors are far above those of the weeks before.</summary>
    AccuracyLoss,
}
