using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Policies;

/// <summary>A region where a primary may not stand.</summary>
/// <param name="Denials">At least one.</param>
public sealed record ExcludedRegion(RegionId Region, ImmutableArray<PolicyFinding> Denials);
