using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;

namespace Idp.Activities;

/// <summary>Where an object goes that has to leave its region: where it is told to, else the nearest region that it may be in.</summary>
public sealed class TargetChooser(PolicyGate gate, RoundTrips roundTrips)
{
    /// <param name="wanted">The region to go to; <see langword="null"/> for the nearest.</param>
    /// <returns>The target; or why there is none.</returns>
    public (RegionId? Target, string? Refusal) Choose(
        DatasetRecord dataset, ObjectId id, RegionId from, RegionId? wanted, ImmutableArray<RegionId> regions, ImmutableArray<RegionDrain> drains)
    {
        if (wanted is { } named)
        {
            var verdict = gate.Judge(dataset, id, from, named);
            return drains.FirstOrDefault(drain => drain.Region == named) is { } drained ? (null, drained.Because)
                : verdict.IsAllowed ? (named, null)
                : (null, string.Join("; ", verdict.Denials.Select(denial => denial.Reason)));
        }

        var allowed = gate.Allowed(dataset, id, from, regions.Where(region => region != from));
        var open = allowed.Regions.Where(region => !drains.Any(drain => drain.Region == region)).ToArray();
        return open.Length > 0
            ? (open.MinBy(region => (roundTrips[from, region], region.Value)), null)
            : (null, "no other region is allowed and open: " + string.Join("; ",
            [
                .. allowed.Excluded.SelectMany(excluded => excluded.Denials).Select(denial => denial.Reason).Distinct(StringComparer.Ordinal),
                .. drains.Where(drain => drain.Region != from).Select(drain => drain.Because),
            ]));
    }
}
