using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Controllers.Compliance;

/// <summary>One object as the compliance controller sees it.</summary>
/// <param name="Replicas">Copies besides the primary, in the order of the catalog.</param>
/// <param name="SizeBytes">Bytes a copy would send.</param>
/// <param name="Demand">At most one entry a region; chooses among the regions that are allowed.</param>
/// <param name="MinCopies">Least copies, the primary included; a fix goes below it only after another copy is there.</param>
/// <param name="Bans">What the policies in force say against regions of the deployment, for this object.</param>
/// <param name="IsChanging">True while any change of it is open.</param>
public sealed record ComplianceSubject(
    ObjectId Object,
    RegionId Primary,
    ImmutableArray<RegionId> Replicas,
    long SizeBytes,
    ImmutableArray<RegionDemand> Demand,
    int MinCopies,
    ImmutableArray<RegionBan> Bans,
    bool IsChanging);
