namespace Idp.Core.Sharding;

/// <summary>What every choice of one item costs at given prices. Owned by one thread.</summary>
internal sealed class OptionCosts
{
    private readonly FleetTerms _terms;
    private readonly ItemLayout _layout;
    private readonly double[] _read;
    private readonly double[] _site;
    private readonly double[] _primary;
    private readonly int[] _order;

    public OptionCosts(FleetTerms terms)
    {
        _terms = terms;
        _layout = new ItemLayout(terms.RegionCount);
        _read = new double[terms.RegionCount * terms.RegionCount];
        _site = new double[terms.RegionCount];
        _primary = new double[terms.RegionCount];
        Usd = new double[terms.Sets.Members.Length];
        SetOf = new ushort[Usd.Length];
        _order = new int[Usd.Length];
        for (var set = 0; set < terms.Sets.Count; set++)
        {
            var (start, end) = terms.Sets.MembersOf(set);
            SetOf.AsSpan(start..end).Fill((ushort)set);
        }
    }

    /// <value>Beside each of <see cref="SiteSets.Members"/>: the cost with that member as primary; infinity where not allowed.</value>
    public double[] Usd { get; }

    /// <value>The set of each of <see cref="SiteSets.Members"/>.</value>
    public ushort[] SetOf { get; }

    public void Fill(ItemView item, Tariff tariff)
    {
        Prepare(item, tariff);
        var (sets, regions) = (_terms.Sets, _terms.RegionCount);
        var (fewest, most) = (item[_layout.MinSites], item[_layout.MaxSites]);
        var (sync, changeGb) = (item[_layout.SyncUsd], item[_layout.ChangeGb]);
        for (var set = 0; set < sets.Count; set++)
        {
            var (start, end) = sets.MembersOf(set);
            var shared = end - start < fewest || end - start > most ? double.PositiveInfinity : 0;
            for (var member = start; member < end; member++)
            {
                shared += _site[sets.Members[member]];
            }

            for (var caller = 0; caller < regions && double.IsFinite(shared); caller++)
            {
                shared += _read[(caller * regions) + sets.Near[(set * regions) + caller]];
            }

            for (var member = start; member < end; member++)
            {
                var primary = sets.Members[member];
                Usd[member] = shared + _primary[primary] + ((end - start - 1) * changeGb * tariff.EgressGb[primary]) + (sync * sets.FarMs[member]);
            }
        }
    }

    /// <returns>The cheapest allowed choices in ascending order of cost, then of their number; indexes of <see cref="Usd"/>.</returns>
    /// <param name="mostRegret">Choices that cost this much more than the cheapest are left out.</param>
    public ReadOnlySpan<int> Cheapest(double mostRegret, int mostOptions)
    {
        var (count, most) = (0, double.PositiveInfinity);
        for (var option = 0; option < Usd.Length; option++)
        {
            var usd = Usd[option];
            if (usd >= most || !double.IsFinite(usd))
            {
                continue;
            }

            // Insertion: few are kept, and most of the others end at the first comparison.
            var at = count < mostOptions ? count++ : count - 1;
            for (; at > 0 && Usd[_order[at - 1]] > usd; at--)
            {
                _order[at] = _order[at - 1];
            }

            _order[at] = option;
            most = count == mostOptions ? Math.Min(most, Usd[_order[count - 1]]) : most;
            most = Math.Min(most, Usd[_order[0]] + mostRegret);
        }

        while (Usd[_order[count - 1]] - Usd[_order[0]] > mostRegret)
        {
            count--;
        }

        return _order.AsSpan(0, count);
    }

    private void Prepare(ItemView item, Tariff tariff)
    {
        var (regions, ms) = (_terms.RegionCount, _terms.Ms);
        for (var site = 0; site < regions; site++)
        {
            var (egress, operation) = (tariff.EgressGb[site], tariff.Operation[site]);
            _site[site] = item[_layout.SiteUsd + site] + (item[_layout.SizeGb] * tariff.StorageGb[site]) + (item[_layout.ChangeOps] * operation);
            _primary[site] = item[_layout.PrimaryOps] * operation;
            for (var caller = 0; caller < regions; caller++)
            {
                var wait = ms[(caller * regions) + site];
                var isAway = caller != site;
                _primary[site] += (item[_layout.PrimaryUsd + caller] * wait) + (isAway ? item[_layout.PrimaryGb + caller] * egress : 0);
                _read[(caller * regions) + site] = (item[ItemLayout.ReadUsd + caller] * wait)
                    + (isAway ? item[_layout.ReadGb + caller] * egress : 0)
                    + (item[_layout.ReadOps + caller] * operation);
            }
        }
    }
}
