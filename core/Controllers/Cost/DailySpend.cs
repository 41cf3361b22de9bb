using System.Collections.Immutable;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>One service's spend, day by day.</summary>
/// <param name="First">The day of the first amount, UTC.</param>
/// <param name="Usd">Complete days without a gap, at least one.</param>
public sealed record DailySpend(ServiceId Service, DateOnly First, ImmutableArray<decimal> Usd);
