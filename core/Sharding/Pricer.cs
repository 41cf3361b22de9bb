using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Lanes = System.Runtime.Intrinsics.Vector512<double>;

namespace Idp.Core.Sharding;

/// <summary>Finds the cheapest set of sites for eight items at once, by looking at every set and every primary in it.</summary>
/// <remarks>
/// Exact for given prices. Eight lanes whatever the processor: narrower ones split the vectors, so every machine forms the
/// same sums in the same order. Owned by one thread.
/// </remarks>
internal sealed class Pricer
{
    private const int Width = ItemLayout.Lanes;

    private readonly SiteSets _sets;
    private readonly double[] _ms;
    private readonly ItemLayout _layout;
    private readonly int[] _readOffsets;
    private readonly double[] _read; // [caller][site]: what that region's readers cost when that site answers.
    private readonly double[] _site; // [site]: what having a site there costs.
    private readonly double[] _primary; // [replicas][site]: what the primary costs there with so many replicas.
    private Lanes _sync;

    public Pricer(FleetTerms terms)
    {
        var regions = terms.RegionCount;
        (_sets, _ms, _layout) = (terms.Sets, terms.Ms, new ItemLayout(regions));
        _readOffsets = [.. _sets.Near.Select((site, at) => ((at % regions * regions) + site) * Width)];
        _read = new double[regions * regions * Width];
        _site = new double[regions * Width];
        _primary = new double[_sets.MaxSites * regions * Width];
    }

    /// <summary>Prices one block.</summary>
    /// <param name="choices">Out: the cheapest choice of each lane; the first of equal ones.</param>
    public void Price(ReadOnlySpan<double> block, Tariff tariff, Span<LaneChoice> choices)
    {
        Prepare(block, tariff);
        var (best, second, index) = (Fill(double.PositiveInfinity), Fill(double.PositiveInfinity), Lanes.Zero);
        var (fewest, most) = (Load(block, _layout.MinSites), Load(block, _layout.MaxSites));
        for (var size = 1; size <= _sets.MaxSites; size++)
        {
            var (least, next, at) = CheapestOfSize(size);
            var isAllowed = Vector512.LessThanOrEqual(fewest, Fill(size)) & Vector512.GreaterThanOrEqual(most, Fill(size));
            least = Vector512.ConditionalSelect(isAllowed, least, Fill(double.PositiveInfinity));
            next = Vector512.ConditionalSelect(isAllowed, next, Fill(double.PositiveInfinity));
            second = Vector512.Min(Vector512.Max(best, least), Vector512.Min(second, next));
            index = Vector512.ConditionalSelect(Vector512.LessThan(least, best), at, index);
            best = Vector512.Min(best, least);
        }

        for (var lane = 0; lane < Width; lane++)
        {
            var set = (int)index[lane];
            choices[lane] = new LaneChoice(best[lane], second[lane] - best[lane], set, PrimaryOf(set, lane));
        }
    }

    private void Prepare(ReadOnlySpan<double> block, Tariff tariff)
    {
        var regions = _layout.RegionCount;
        var (size, changeGb) = (Load(block, _layout.SizeGb), Load(block, _layout.ChangeGb));
        var (changeOps, primaryOps) = (Load(block, _layout.ChangeOps), Load(block, _layout.PrimaryOps));
        _sync = Load(block, _layout.SyncUsd);
        var strongGb = Lanes.Zero;
        for (var caller = 0; caller < regions; caller++)
        {
            strongGb += Load(block, _layout.PrimaryGb + caller);
        }

        for (var site = 0; site < regions; site++)
        {
            var (egress, operation) = (Fill(tariff.EgressGb[site]), Fill(tariff.Operation[site]));
            var having = Vector512.FusedMultiplyAdd(size, Fill(tariff.StorageGb[site]), Load(block, _layout.SiteUsd + site));
            Store(_site, site, Vector512.FusedMultiplyAdd(changeOps, operation, having));

            var primary = (strongGb - Load(block, _layout.PrimaryGb + site)) * egress;
            primary = Vector512.FusedMultiplyAdd(primaryOps, operation, primary);
            for (var caller = 0; caller < regions; caller++)
            {
                var ms = Fill(_ms[(caller * regions) + site]);
                primary = Vector512.FusedMultiplyAdd(Load(block, _layout.PrimaryUsd + caller), ms, primary);

                var read = Load(block, ItemLayout.ReadUsd + caller) * ms;
                read = caller == site ? read : Vector512.FusedMultiplyAdd(Load(block, _layout.ReadGb + caller), egress, read);
                Store(_read, (caller * regions) + site, Vector512.FusedMultiplyAdd(Load(block, _layout.ReadOps + caller), operation, read));
            }

            for (var replicas = 0; replicas < _sets.MaxSites; replicas++)
            {
                Store(_primary, (replicas * regions) + site, primary);
                primary = Vector512.FusedMultiplyAdd(changeGb, egress, primary);
            }
        }
    }

    private (Lanes Least, Lanes Next, Lanes Set) CheapestOfSize(int size)
    {
        var regions = _layout.RegionCount;
        var primaryRow = (size - 1) * regions;
        var (least, next, index) = (Fill(double.PositiveInfinity), Fill(double.PositiveInfinity), Lanes.Zero);
        for (var set = _sets.FirstOfSize[size]; set < _sets.FirstOfSize[size + 1]; set++)
        {
            var members = _sets.MembersOf(set);
            var shared = Lanes.Zero;
            for (var member = members.Start; member < members.End; member++)
            {
                shared += Load(_site, _sets.Members[member]);
            }

            foreach (var offset in _readOffsets.AsSpan(set * regions, regions))
            {
                shared += Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_read), (nuint)offset);
            }

            var before = least;
            for (var member = members.Start; member < members.End; member++)
            {
                var cost = shared + Vector512.FusedMultiplyAdd(_sync, Fill(_sets.FarMs[member]), Load(_primary, primaryRow + _sets.Members[member]));
                next = Vector512.Min(next, Vector512.Max(least, cost));
                least = Vector512.Min(least, cost);
            }

            index = Vector512.ConditionalSelect(Vector512.LessThan(least, before), Fill(set), index);
        }

        return (least, next, index);
    }

    private byte PrimaryOf(int set, int lane)
    {
        var (start, end) = _sets.MembersOf(set);
        var row = (end - start - 1) * _layout.RegionCount;
        var (best, primary) = (double.PositiveInfinity, _sets.Members[start]);
        for (var member = start; member < end; member++)
        {
            var site = _sets.Members[member];
            var cost = Math.FusedMultiplyAdd(_sync[lane], _sets.FarMs[member], _primary[((row + site) * Width) + lane]);
            (best, primary) = cost < best ? (cost, site) : (best, primary);
        }

        return primary;
    }

    private static Lanes Fill(double value) => Vector512.Create(value);

    private static Lanes Load(ReadOnlySpan<double> block, int number) =>
        Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(block), (nuint)(number * Width));

    private static void Store(double[] scratch, int number, Lanes lanes) =>
        lanes.StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(scratch), (nuint)(number * Width));
}
