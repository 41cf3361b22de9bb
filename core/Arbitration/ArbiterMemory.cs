using System.Collections.Immutable;

namespace Idp.Core.Arbitration;

/// <summary>What the arbiter carries from run to run; it keeps nothing itself.</summary>
/// <param name="Signals">Within <see cref="BreakerOptions.TurnWindow"/>, oldest first.</param>
public sealed record ArbiterMemory(BreakerState Breaker, ImmutableArray<FleetSignal> Signals)
{
    public static readonly ArbiterMemory Empty = new(BreakerState.Closed, []);
}
