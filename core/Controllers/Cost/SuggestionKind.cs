using System.Text.Json.Serialization;

namespace Idp.Core.Controllers.Cost;

/// <summary>What would save money.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SuggestionKind>))]
public enum SuggestionKind
{
    /// <summary>Bytes into a cheaper storage tier.</summary>
    RightSizeTier,

    /// <summary>Compute into a cheaper region.</summary>
    Arbitrage,

    /// <summary>Less capacity in quiet hours.</summary>
    ScheduledScaling,

    /// <summary>Less capacity, or more where it runs short.</summary>
    ScaleCompute,

    /// <summary>Work into capacity that is paid for and idle elsewhere.</summary>
    ShiftCompute,

    /// <summary>A copy less.</summary>
    RemoveReplica,
}
