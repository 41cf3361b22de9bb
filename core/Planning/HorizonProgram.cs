using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>
/// The dynamic program over hours and layouts: what the cheapest plan costs from each first layout on, and which plan that is.
/// </summary>
/// <remarks>
/// Exact for the costs and demand given. Backward in time, one hour after the other, as Bellman (1957) does it; changing layouts in between costs
/// layouts × regions steps (<see cref="SetLattice"/>). One instance keeps its buffers and is used by one thread at a time.
/// </remarks>
public sealed class HorizonProgram(LayoutSpace space)
{
    private readonly double[] _scratch = new double[(space.Lattice.Levels + 1) * space.Sets.Length];
    private readonly double[] _change = new double[space.Layouts.Length];
    private readonly double[] _running = new double[space.Layouts.Length];
    private readonly double[] _setUsd = new double[space.Sets.Length];
    private readonly double[] _copyUsd = new double[space.Costs.Regions.Length];
    private double[] _value = [];
    private int _hours;
    private double _handOverUsd;

    public LayoutSpace Space => space;

    /// <summary>Solves one object; the other members then answer about it.</summary>
    /// <param name="window">Demand of each hour, at least one.</param>
    /// <param name="sizeGb">Decimal gigabytes of the object.</param>
    /// <param name="copyWeight">What a copy must repay: its cost counts this many times, now and later alike, so that waiting is never cheaper than acting.</param>
    /// <param name="copySurchargeUsd">Added to every copy of the plan, in US dollars.</param>
    /// <param name="handOverSurchargeUsd">Added to every hand-over of the plan, in US dollars.</param>
    /// <param name="lastHours">How many hours the last one stands for: a steady end need not be walked through.</param>
    public void Solve(
        DemandWindow window, double sizeGb, double copyWeight = 1, double copySurchargeUsd = 0, double handOverSurchargeUsd = 0, int lastHours = 1)
    {
        if (window.Regions != space.Costs.Regions.Length || window.Hours == 0)
        {
            throw new ArgumentException($"The window has {window.Hours} hours of {window.Regions} regions; expected at least one of {space.Costs.Regions.Length}.", nameof(window));
        }

        _hours = window.Hours;
        _handOverUsd = space.Costs.HandOverUsd + handOverSurchargeUsd;
        for (var region = 0; region < _copyUsd.Length; region++)
        {
            _copyUsd[region] = (copyWeight * space.Costs.CopyUsd(region, sizeGb)) + copySurchargeUsd;
        }

        var layouts = space.Layouts.Length;
        if (_value.Length < _hours * layouts)
        {
            _value = new double[_hours * layouts];
        }

        for (var hour = _hours - 1; hour >= 0; hour--)
        {
            HourlyCosts.Fill(space, window, hour, sizeGb, _setUsd, _running);
            var value = Value(hour);
            if (hour == _hours - 1)
            {
                for (var layout = 0; layout < layouts; layout++)
                {
                    value[layout] = lastHours * _running[layout];
                }

                continue;
            }

            space.Lattice.BestChange(Value(hour + 1), _copyUsd, _handOverUsd, _change, _scratch);
            for (var layout = 0; layout < layouts; layout++)
            {
                value[layout] = _running[layout] + _change[layout];
            }
        }
    }

    /// <returns>What the cheapest plan costs that changes from <paramref name="start"/> to <paramref name="first"/> now, in weighted US dollars; infinite when the space does not allow it.</returns>
    /// <param name="start">Null when the object is nowhere yet: its first copies then cost nothing.</param>
    public double ValueFrom(Layout? start, Layout first) =>
        space.IndexOf(first) is >= 0 and var index ? ChangeUsd(start, index) + Value(0)[index] : double.PositiveInfinity;

    /// <returns>The first layout of the cheapest plan; staying wins a tie, then the lower primary and set.</returns>
    public Layout BestFirst(Layout? start) => space.Layouts[BestNext(start, 0)];

    /// <returns>Every layout that may come first, with the cost of its cheapest plan, cheapest first.</returns>
    public ImmutableArray<(Layout Layout, double Usd)> Ranking(Layout? start) =>
    [
        .. Enumerable.Range(0, space.Layouts.Length)
            .Select(index => (Layout: space.Layouts[index], Usd: ChangeUsd(start, index) + Value(0)[index]))
            .Where(entry => double.IsFinite(entry.Usd))
            .OrderBy(entry => entry.Usd)
            .ThenBy(entry => entry.Layout == start ? 0 : 1),
    ];

    /// <returns>The layout of each hour in the cheapest plan.</returns>
    public ImmutableArray<Layout> PathFrom(Layout? start) => PathFrom(start, BestFirst(start));

    /// <returns>The layout of each hour in the cheapest plan that begins with <paramref name="first"/>.</returns>
    /// <exception cref="ArgumentException">The space does not allow <paramref name="first"/>.</exception>
    public ImmutableArray<Layout> PathFrom(Layout? start, Layout first)
    {
        if (!space.Allows(first))
        {
            throw new ArgumentException($"{first} is not allowed.", nameof(first));
        }

        var path = ImmutableArray.CreateBuilder<Layout>(_hours);
        path.Add(first);
        while (path.Count < _hours)
        {
            path.Add(space.Layouts[BestNext(path[^1], path.Count)]);
        }

        return path.MoveToImmutable();
    }

    private int BestNext(Layout? from, int hour)
    {
        var value = Value(hour);
        var best = from is { } stay ? space.IndexOf(stay) : -1;
        var bestUsd = best >= 0 ? value[best] : double.PositiveInfinity;
        for (var index = 0; index < value.Length; index++)
        {
            if (value[index] < bestUsd && ChangeUsd(from, index) + value[index] is var usd && usd < bestUsd)
            {
                best = index;
                bestUsd = usd;
            }
        }

        return best;
    }

    private double ChangeUsd(Layout? from, int next)
    {
        if (from is not { } start)
        {
            return 0;
        }

        var layout = space.Layouts[next];
        return (start.CopiesTo(layout) * _copyUsd[start.Primary]) + (start.Primary == layout.Primary ? 0 : _handOverUsd);
    }

    private Span<double> Value(int hour) => _value.AsSpan(hour * space.Layouts.Length, space.Layouts.Length);
}
