using System.Text.Json.Serialization;

namespace Idp.Core.Arbitration;

/// <summary>Whether automation may change anything that is not forced.</summary>
/// <param name="Since">When it entered the phase.</param>
/// <param name="Because">What opened it, with the numbers compared; null while closed.</param>
public sealed record BreakerState(BreakerPhase Phase, DateTimeOffset Since, string? Because)
{
    public static readonly BreakerState Closed = new(BreakerPhase.Closed, DateTimeOffset.MinValue, null);
}

/// <summary>Phases of a circuit breaker.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BreakerPhase>))]
public enum BreakerPhase
{
    /// <summary>Changes start.</summary>
    Closed,

    /// <summary>Nothing starts but what is forced.</summary>
    Open,

    /// <summary>One change is tried; how it ends decides.</summary>
    HalfOpen,
}
