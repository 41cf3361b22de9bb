using System.Text.Json.Serialization;

namespace Idp.Core.Planning;

/// <summary>What became of a plan's first step.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlanVerdict>))]
public enum PlanVerdict
{
    /// <summary>The plan stays put in its first hour.</summary>
    Stay,

    /// <summary>The plan changes the layout now.</summary>
    Change,

    /// <summary>The object may not be where it is; no guard applies.</summary>
    Forced,

    /// <summary>Held: the plan saves too little against staying put.</summary>
    GainTooSmall,

    /// <summary>Held: the day's copies or hand-overs are used up.</summary>
    DailyLimit,
}
