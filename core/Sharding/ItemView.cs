namespace Idp.Core.Sharding;

/// <summary>One item: what each choice costs and uses, one at a time.</summary>
internal readonly ref struct ItemView(FleetTerms terms, ReadOnlySpan<double> block, int lane)
{
    private const int Lanes = ItemLayout.Lanes;

    private readonly ReadOnlySpan<double> _numbers = block[lane..];
    private readonly ItemLayout _layout = new(terms.RegionCount);

    public double this[int number] => _numbers[number * Lanes];

    /// <summary>Adds what a choice uses of each limit: gigabytes and operations by site, infrastructure at list prices.</summary>
    public void AddUse(int set, byte primary, Span<double> use)
    {
        var (sets, regions) = (terms.Sets, terms.RegionCount);
        var (start, end) = sets.MembersOf(set);
        var (size, changeOps, replicas) = (this[_layout.SizeGb], this[_layout.ChangeOps], end - start - 1);
        var infrastructure = replicas * this[_layout.ChangeGb] * terms.EgressUsd[primary];
        for (var member = start; member < end; member++)
        {
            var site = sets.Members[member];
            use[site] += size;
            use[regions + site] += changeOps;
            infrastructure += (size * terms.StorageUsd[site]) + (changeOps * terms.OperationUsd[site]);
        }

        var strongGb = 0.0;
        for (var caller = 0; caller < regions; caller++)
        {
            var site = sets.Near[(set * regions) + caller];
            var reads = this[_layout.ReadOps + caller];
            use[regions + site] += reads;
            infrastructure += reads * terms.OperationUsd[site];
            infrastructure += site == caller ? 0 : this[_layout.ReadGb + caller] * terms.EgressUsd[site];
            strongGb += caller == primary ? 0 : this[_layout.PrimaryGb + caller];
        }

        var strongOps = this[_layout.PrimaryOps];
        use[regions + primary] += strongOps;
        use[terms.Budget] += infrastructure + (strongGb * terms.EgressUsd[primary]) + (strongOps * terms.OperationUsd[primary]);
    }

    /// <returns>Revenue lost to waiting, in US dollars a day.</returns>
    public double LatencyUsd(int set, byte primary)
    {
        var (sets, regions, usd) = (terms.Sets, terms.RegionCount, 0.0);
        var (start, end) = sets.MembersOf(set);
        for (var caller = 0; caller < regions; caller++)
        {
            var site = sets.Near[(set * regions) + caller];
            usd += this[ItemLayout.ReadUsd + caller] * terms.Ms[(caller * regions) + site];
            usd += this[_layout.PrimaryUsd + caller] * terms.Ms[(caller * regions) + primary];
        }

        var member = sets.Members.AsSpan(start, end - start).IndexOf(primary);
        return usd + (this[_layout.SyncUsd] * sets.FarMs[start + member]);
    }

    /// <returns>New copies, spread over the days they must repay in, in US dollars a day; infinity where the item may not be.</returns>
    public double MoveUsd(int set)
    {
        var (start, end) = terms.Sets.MembersOf(set);
        var usd = 0.0;
        for (var member = start; member < end; member++)
        {
            usd += this[_layout.SiteUsd + terms.Sets.Members[member]];
        }

        return usd;
    }

    /// <returns>True when the item may have that many sites, all of them allowed.</returns>
    public bool Allows(int set)
    {
        var (start, end) = terms.Sets.MembersOf(set);
        return end - start >= this[_layout.MinSites] && end - start <= this[_layout.MaxSites] && double.IsFinite(MoveUsd(set));
    }
}
