using System.Text.Json.Serialization;

namespace Idp.Core.Decisions;

/// <summary>In which order proposals are heard; within a class the more valuable one first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PriorityClass>))]
public enum PriorityClass
{
    /// <summary>The object may not stay as it is.</summary>
    Forced,

    /// <summary>Worth much and cheap to do.</summary>
    HighValueLowCost,

    /// <summary>Worth much, and the change itself costs.</summary>
    HighValueHighCost,

    /// <summary>Worth little and cheap to do.</summary>
    LowValueLowCost,

    /// <summary>Worth little for what the change costs.</summary>
    LowValueHighCost,
}
