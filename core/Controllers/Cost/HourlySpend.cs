using System.Collections.Immutable;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>One service's spend on one kind, hour by hour.</summary>
/// <param name="First">Start of the first hour, UTC.</param>
/// <param name="Usd">Complete hours without a gap.</param>
public sealed record HourlySpend(ServiceId Service, SpendKind Kind, DateTimeOffset First, ImmutableArray<double> Usd);
