using System.Collections.Immutable;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>What the controller carries from run to run; it keeps nothing itself.</summary>
/// <param name="Levels">Where each service's spend stood.</param>
/// <param name="Anomalies">Which series are known to be off.</param>
public sealed record CostMemory(ImmutableArray<ServiceLevel> Levels, ImmutableArray<SeriesName> Anomalies)
{
    public static CostMemory None { get; } = new([], []);
}

/// <param name="Level">As reported last.</param>
public sealed record ServiceLevel(ServiceId Service, BudgetLevel Level);

/// <summary>Names one hourly series.</summary>
public sealed record SeriesName(ServiceId Service, SpendKind Kind);
