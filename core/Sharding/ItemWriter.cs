namespace Idp.Core.Sharding;

/// <summary>Turns objects of a problem into the numbers of an item.</summary>
internal sealed class ItemWriter(FleetProblem problem, FleetTerms terms)
{
    private const int Lanes = ItemLayout.Lanes;

    private readonly FleetObjects _objects = problem.Objects;
    private readonly int _regions = terms.RegionCount;
    private readonly ItemLayout _layout = new(terms.RegionCount);

    /// <summary>Sums the objects into one lane of a block.</summary>
    /// <returns>False when no set of sites suits them all; the lane then costs nothing anywhere.</returns>
    public bool Write(ReadOnlySpan<int> members, Span<double> block, int lane)
    {
        var numbers = Clear(block, lane);
        var limits = LimitsOf(members);
        if (members.IsEmpty || !limits.IsPlaceable)
        {
            return members.IsEmpty;
        }

        numbers[_layout.MinSites * Lanes] = limits.MinSites;
        numbers[_layout.MaxSites * Lanes] = limits.MaxSites;
        foreach (var member in members)
        {
            AddDemand(member, numbers);
            AddCopies(member, numbers);
        }

        for (var site = 0; site < _regions; site++)
        {
            if ((limits.Allowed >> site & 1) == 0)
            {
                numbers[(_layout.SiteUsd + site) * Lanes] = double.PositiveInfinity;
            }
        }

        return true;
    }

    /// <summary>Writes one object as if it might be anywhere.</summary>
    public void WriteUnruled(int at, Span<double> block, int lane)
    {
        var numbers = Clear(block, lane);
        AddDemand(at, numbers);
        AddCopies(at, numbers);
    }

    public ItemLimits LimitsOf(ReadOnlySpan<int> members)
    {
        var (allowed, fewest, most) = (terms.OpenSites, 1, _regions);
        foreach (var member in members)
        {
            allowed &= _objects.AllowedSites[member];
            fewest = Math.Max(fewest, _objects.MinSites[member]);
            most = Math.Min(most, _objects.MaxSites[member]);
        }

        return new ItemLimits(allowed, fewest, most);
    }

    private Span<double> Clear(Span<double> block, int lane)
    {
        var numbers = block[lane..];
        for (var number = 0; number < _layout.AdditiveWidth; number++)
        {
            numbers[number * Lanes] = 0;
        }

        numbers[_layout.MinSites * Lanes] = 1;
        numbers[_layout.MaxSites * Lanes] = _regions;
        return numbers;
    }

    private void AddDemand(int member, Span<double> numbers)
    {
        var (usdPerMs, strong) = (_objects.UsdPerMs[member], _objects.StrongReadShare[member]);
        var answerGb = _objects.AnswerBytes[member] / RegionPrices.BytesPerGb;
        var allWrites = 0.0;
        for (var caller = 0; caller < _regions; caller++)
        {
            var at = ((long)member * _regions) + caller;
            var (reads, writes) = (_objects.ReadsPerDay[at], _objects.WritesPerDay[at]);
            var anywhere = reads * (1 - strong);
            numbers[(ItemLayout.ReadUsd + caller) * Lanes] += anywhere * usdPerMs;
            numbers[(_layout.ReadGb + caller) * Lanes] += anywhere * answerGb;
            numbers[(_layout.ReadOps + caller) * Lanes] += anywhere;
            numbers[(_layout.PrimaryUsd + caller) * Lanes] += (writes + (reads * strong)) * usdPerMs;
            numbers[(_layout.PrimaryGb + caller) * Lanes] += reads * strong * answerGb;
            numbers[_layout.PrimaryOps * Lanes] += reads * strong;
            allWrites += writes;
        }

        numbers[_layout.SizeGb * Lanes] += _objects.SizeBytes[member] / RegionPrices.BytesPerGb;
        numbers[_layout.ChangeGb * Lanes] += allWrites * _objects.ChangeBytes[member] / RegionPrices.BytesPerGb;
        numbers[_layout.ChangeOps * Lanes] += allWrites;
        numbers[_layout.SyncUsd * Lanes] += allWrites * usdPerMs * _objects.SyncFactor[member];
    }

    private void AddCopies(int member, Span<double> numbers)
    {
        var current = _objects.CurrentSites[member];
        if (current == 0)
        {
            return;
        }

        var copyUsd = (_objects.SizeBytes[member] / RegionPrices.BytesPerGb * terms.EgressUsd[_objects.CurrentPrimary[member]]) + problem.MoveOverheadUsd;
        for (var site = 0; site < _regions; site++)
        {
            numbers[(_layout.SiteUsd + site) * Lanes] += (current >> site & 1) == 0 ? copyUsd / problem.PaybackDays : 0;
        }
    }
}
