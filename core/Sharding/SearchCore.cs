namespace Idp.Core.Sharding;

/// <summary>The items of a table that still have a choice; those with one alone are set aside, with their cost and use.</summary>
internal sealed class SearchCore
{
    private readonly Assignment _whole;
    private readonly int[] _places;
    private readonly double[] _fixedUse;

    public SearchCore(Assignment whole)
    {
        _whole = whole;
        var table = whole.Table;
        _places = [.. Enumerable.Range(0, table.Count).Where(at => table.OptionsOf(at) is var (start, end) && end - start > 1)];
        _fixedUse = [.. whole.Use];
        FixedUsd = whole.Usd;
        foreach (var at in _places)
        {
            FixedUsd -= table.Usd[whole.Chosen[at]];
            for (var limit = 0; limit < _fixedUse.Length; limit++)
            {
                _fixedUse[limit] -= table.UseOf(whole.Chosen[at])[limit];
            }
        }

        var core = table.Of(_places);
        Start = new Assignment(core, whole.Limits, _fixedUse, [.. _places.Select((place, at) => core.OptionsOf(at).Start + whole.Chosen[place] - table.OptionsOf(place).Start)]);
    }

    /// <value>Cost of what was set aside.</value>
    public double FixedUsd { get; }

    public Assignment Start { get; }

    public OptionDual Dual(double[] scales) =>
        new(Start.Table, [.. _whole.Limits.Zip(_fixedUse, (limit, use) => limit - use)], scales);

    /// <returns>The core's choices with those that were set aside.</returns>
    public Assignment Whole(Assignment core)
    {
        int[] chosen = [.. _whole.Chosen];
        foreach (var (at, place) in _places.Index())
        {
            chosen[place] = _whole.Table.OptionsOf(place).Start + core.Chosen[at] - core.Table.OptionsOf(at).Start;
        }

        return _whole.With(chosen);
    }
}
