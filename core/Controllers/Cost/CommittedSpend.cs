using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>What one service has to spend: primaries, the durability minimum, what compliance asks for.</summary>
public sealed record CommittedSpend(ServiceId Service, decimal UsdPerDay);
