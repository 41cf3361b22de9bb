using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Simulation.Shadows;

/// <summary>A placement chosen with hindsight, and what callers would have waited.</summary>
/// <param name="Sites">The same for every object, the primary first; empty where each object has its own.</param>
public sealed record Shadow(ImmutableArray<RegionId> Sites, LatencyReport Latency);
