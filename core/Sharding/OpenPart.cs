namespace Idp.Core.Sharding;

/// <summary>What is still open in a part of the search: choices that a plan better than the best may have.</summary>
/// <remarks>
/// A choice that costs more at the prices than its item's cheapest, by as much as the best plan costs above the part's bound, is in
/// no better plan (reduced-cost fixing). Items left with one choice are set aside.
/// </remarks>
internal sealed class OpenPart
{
    private readonly OptionTable _table;
    private readonly double[] _limits;
    private readonly double[] _fixedUse;
    private readonly int[] _chosen; // In the whole table, of what was set aside.
    private readonly int[] _places;
    private readonly int[] _numbers; // In the whole table, of the choices here.
    private readonly int[] _numberHere;

    /// <param name="priced">The whole table's relaxation, with what the part forbids, priced at <paramref name="basis"/>.</param>
    /// <param name="margin">By how much a better plan may exceed the bound at those prices, in US dollars a day; above 0.</param>
    /// <param name="limits">By active limit.</param>
    public OpenPart(Relaxation priced, RelaxationBasis basis, double margin, double[] limits, double[] scales)
    {
        (_table, _limits, _fixedUse) = (priced.Table, limits, new double[limits.Length]);
        (_chosen, _numberHere) = (new int[_table.Count], new int[_table.Usd.Length]);
        var (places, numbers, start) = (new List<int>(), new List<int>(), new List<int> { 0 });
        for (var at = 0; at < _table.Count; at++)
        {
            _chosen[at] = priced.Cheapest(at);
            AddOpen(numbers, priced, basis, at, priced.Reduced[_chosen[at]] + margin);
            if (numbers.Count - start[^1] > 1)
            {
                places.Add(at);
                start.Add(numbers.Count);
                continue;
            }

            numbers.RemoveRange(start[^1], numbers.Count - start[^1]);
            SetAside(_chosen[at]);
        }

        (_places, _numbers) = ([.. places], [.. numbers]);
        Sort([.. start], priced.Reduced);
        var table = _table.Of(_places, [.. start], _numbers, priced.Reduced, priced.Prices);
        Relaxation = new Relaxation(table, [.. limits.Zip(_fixedUse, (limit, use) => Assignment.Room(limit) - use)], scales);
        for (var option = 0; option < _numbers.Length; option++)
        {
            Relaxation.Forbidden[option] = priced.Forbidden[_numbers[option]];
        }
    }

    /// <value>Cost of what was set aside.</value>
    public double FixedUsd { get; private set; }

    public Relaxation Relaxation { get; }

    /// <returns>A basis of the whole table in the numbers of this part.</returns>
    public RelaxationBasis Here(RelaxationBasis basis) => basis.Renumbered(_numberHere);

    public RelaxationBasis InWhole(RelaxationBasis basis) => basis.Renumbered(_numbers);

    /// <returns>A split of the whole table's item in the numbers of this part.</returns>
    public BranchPoint Here(BranchPoint split) => split with { At = Array.BinarySearch(_places, split.At) };

    public BranchPoint InWhole(BranchPoint split) => split with { At = _places[split.At] };

    /// <returns>By item of the whole table.</returns>
    public int[] InWhole(Assignment plan)
    {
        var chosen = _chosen.ToArray();
        for (var at = 0; at < _places.Length; at++)
        {
            chosen[_places[at]] = _numbers[plan.Chosen[at]];
        }

        return chosen;
    }

    /// <returns>Choices of the items here, within what those set aside leave of the limits.</returns>
    public Assignment Plan(int[] chosen) => new(Relaxation.Table, _limits, _fixedUse, chosen);

    // What is basic stays, forbidden or not: the relaxation starts from it.
    private void AddOpen(List<int> numbers, Relaxation priced, RelaxationBasis basis, int at, double most)
    {
        var (start, end) = _table.OptionsOf(at);
        for (var option = start; option < end; option++)
        {
            var isOpen = priced.Forbidden[option] == 0 && priced.Reduced[option] < most;
            if (isOpen || basis.Work.Contains(option) || basis.Keys.Contains(option))
            {
                numbers.Add(option);
            }
        }
    }

    private void SetAside(int option)
    {
        FixedUsd += _table.Usd[option];
        for (var limit = 0; limit < _fixedUse.Length; limit++)
        {
            _fixedUse[limit] += _table.UseOf(option)[limit];
        }
    }

    private void Sort(int[] start, ReadOnlySpan<double> reduced)
    {
        var usd = new double[_numbers.Length];
        for (var option = 0; option < usd.Length; option++)
        {
            usd[option] = reduced[_numbers[option]];
        }

        for (var at = 0; at < _places.Length; at++)
        {
            Array.Sort(usd, _numbers, start[at], start[at + 1] - start[at]);
        }

        for (var option = 0; option < usd.Length; option++)
        {
            _numberHere[_numbers[option]] = option;
        }
    }
}
