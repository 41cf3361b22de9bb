using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Controllers.Compliance;

/// <summary>What the compliance controller knows beyond the placement controller's snapshot.</summary>
/// <param name="PolicyRevision">Content hash of the policies behind the bans.</param>
/// <param name="Standing">Bans against where objects are now; the snapshot's exclusions tell where they may not go.</param>
/// <param name="Open">What the run before found open; empty at first.</param>
/// <param name="Options">The controller's in force.</param>
public sealed record ComplianceFacts(
    string PolicyRevision, ImmutableArray<StandingBan> Standing, ImmutableArray<ViolationMemory> Open, ComplianceOptions Options)
{
    /// <returns>The snapshot that the controller decides from: primaries alone, since datasets have no replicas yet.</returns>
    public ComplianceSnapshot Over(PlacementSnapshot placement)
    {
        var standing = Standing.ToLookup(ban => ban.Object, ban => ban.Ban);
        return new ComplianceSnapshot(
            placement.AsOf,
            PolicyRevision,
            placement.RoundTrips,
            placement.Regions,
            [
                .. placement.Objects.Select(subject => new ComplianceSubject(
                    subject.Object,
                    subject.Primary,
                    Replicas: [],
                    subject.SizeBytes,
                    subject.Demand,
                    MinCopies: 1,
                    [.. standing[subject.Object], .. subject.Excluded.Where(excluded => excluded.Region != subject.Primary).Select(Elsewhere)],
                    subject.IsChanging)),
            ],
            Open);
    }

    // Nothing stands there, so all that matters is that nothing may come.
    private static RegionBan Elsewhere(RegionExclusion excluded) =>
        new(excluded.Region, CopyRole.Primary, Policy: string.Empty, Rule: string.Empty, ComplianceUrgency.Low, IsHard: true, WaivedUntil: null, excluded.Because);
}

/// <param name="Ban">Against the region that the object's primary is in.</param>
public sealed record StandingBan(ObjectId Object, RegionBan Ban);
