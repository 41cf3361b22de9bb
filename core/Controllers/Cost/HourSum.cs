using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>What one service spent on one kind in one hour.</summary>
/// <param name="Hour">Its start, UTC.</param>
public readonly record struct HourSum(DateTimeOffset Hour, ServiceId Service, SpendKind Kind, decimal Usd);
