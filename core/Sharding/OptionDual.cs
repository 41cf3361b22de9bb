using System.Runtime.Intrinsics;

namespace Idp.Core.Sharding;

/// <summary>The bound of <see cref="Dual"/> over a table's choices, some of them forbidden: what the exact search asks thousands of times.</summary>
internal sealed class OptionDual
{
    private readonly OptionTable _table;
    private readonly double[] _scales;
    private readonly double[] _limits;
    private readonly double[][] _use; // By limit, then by choice: whole vectors of choices are priced at once.
    private readonly double[] _reduced;

    /// <param name="scales">A price in coordinates is the price times its scale (<see cref="Dual"/>).</param>
    public OptionDual(OptionTable table, double[] limits, double[] scales)
    {
        (_table, _limits, _scales) = (table, limits, scales);
        _use = new double[limits.Length][];
        for (var limit = 0; limit < limits.Length; limit++)
        {
            _use[limit] = new double[table.Usd.Length];
            for (var option = 0; option < table.Usd.Length; option++)
            {
                _use[limit][option] = table.UseOf(option)[limit];
            }
        }

        Forbidden = new double[table.Usd.Length];
        _reduced = new double[table.Usd.Length];
    }

    public OptionTable Table => _table;

    /// <value>Infinity for choices that are forbidden now, else 0.</value>
    public double[] Forbidden { get; }

    public DualPoint Evaluate(double[] scaled)
    {
        Price(scaled);
        var (bound, use, chosen) = (0.0, new double[_limits.Length], new int[_table.Count]);
        for (var at = 0; at < _table.Count; at++)
        {
            var (start, end) = _table.OptionsOf(at);
            var least = start;
            for (var option = start + 1; option < end; option++)
            {
                least = _reduced[option] < _reduced[least] ? option : least;
            }

            chosen[at] = least;
            bound += _reduced[least];
            for (var limit = 0; limit < use.Length; limit++)
            {
                use[limit] += _use[limit][least];
            }
        }

        var slope = new double[_limits.Length];
        for (var limit = 0; limit < slope.Length; limit++)
        {
            slope[limit] = (use[limit] - _limits[limit]) / _scales[limit];
            bound -= scaled[limit] / _scales[limit] * _limits[limit];
        }

        return new DualPoint(scaled, bound, slope) { Chosen = chosen };
    }

    /// <returns>The point as it is after further choices of one item were forbidden; exact when it was exact before.</returns>
    public DualPoint Without(DualPoint point, int at)
    {
        var old = point.Chosen![at];
        if (Forbidden[old] == 0)
        {
            return point;
        }

        var (start, end) = _table.OptionsOf(at);
        var (best, least) = (-1, double.PositiveInfinity);
        for (var option = start; option < end; option++)
        {
            var reduced = ReducedAt(point.Prices, option) + Forbidden[option];
            (best, least) = reduced < least ? (option, reduced) : (best, least);
        }

        if (best < 0)
        {
            return point with { Bound = double.PositiveInfinity };
        }

        var (slope, chosen) = (point.Slope.ToArray(), point.Chosen.ToArray());
        chosen[at] = best;
        for (var limit = 0; limit < slope.Length; limit++)
        {
            slope[limit] += (_use[limit][best] - _use[limit][old]) / _scales[limit];
        }

        return new DualPoint(point.Prices, point.Bound + least - ReducedAt(point.Prices, old), slope) { Chosen = chosen };
    }

    public double ReducedAt(double[] scaled, int option)
    {
        var reduced = _table.Usd[option];
        for (var limit = 0; limit < _limits.Length; limit++)
        {
            reduced += scaled[limit] / _scales[limit] * _use[limit][option];
        }

        return reduced;
    }

    private void Price(double[] scaled)
    {
        Span<double> prices = stackalloc double[_limits.Length];
        for (var limit = 0; limit < prices.Length; limit++)
        {
            prices[limit] = scaled[limit] / _scales[limit];
        }

        var at = 0;
        for (; at <= _reduced.Length - Vector512<double>.Count; at += Vector512<double>.Count)
        {
            var reduced = Vector512.Create<double>(_table.Usd.AsSpan(at)) + Vector512.Create<double>(Forbidden.AsSpan(at));
            for (var limit = 0; limit < prices.Length; limit++)
            {
                reduced = Vector512.FusedMultiplyAdd(Vector512.Create<double>(_use[limit].AsSpan(at)), Vector512.Create(prices[limit]), reduced);
            }

            reduced.CopyTo(_reduced, at);
        }

        for (; at < _reduced.Length; at++)
        {
            _reduced[at] = _table.Usd[at] + Forbidden[at];
            for (var limit = 0; limit < prices.Length; limit++)
            {
                _reduced[at] = Math.FusedMultiplyAdd(_use[limit][at], prices[limit], _reduced[at]);
            }
        }
    }
}
