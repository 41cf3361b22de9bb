namespace Idp.Core.Sharding;

// One step of the dual simplex method: what leaves, what enters.
internal sealed partial class Relaxation
{
    // The basic choice farthest outside its range, by the length of its row. A key changes places with another of its item first.
    private (int Row, bool IsBelow) Leaving()
    {
        var (best, isBelow, isKey, most) = (-1, false, false, 0.0);
        for (var row = 0; row < _rows; row++)
        {
            var weight = 0.0;
            foreach (var entry in _inverse[row])
            {
                weight += entry * entry;
            }

            Consider(row, _work[row], _amounts[row], weight, ofKey: false);
            if (_work[row] >= 0)
            {
                Consider(row, _key[ItemOf(_work[row])], KeyShare(ItemOf(_work[row])), weight, ofKey: true);
            }
        }

        if (isKey)
        {
            var (item, other) = (ItemOf(_work[best]), _work[best]);
            _work[best] = _key[item];
            SetKey(item, other);
            Invert();
            FindAmounts();
        }

        return (best, isBelow);

        void Consider(int row, int basic, double amount, double weight, bool ofKey)
        {
            var beyond = amount < 0 ? -amount : basic >= 0 && Forbidden[basic] > 0 ? amount : 0;
            var least = basic < 0 ? NegligibleRoom * Math.Abs(_limits[~basic]) : Negligible;
            if (beyond > least && beyond * beyond / weight > most)
            {
                (best, isBelow, isKey, most) = (row, amount < 0, ofKey, beyond * beyond / weight);
            }
        }
    }

    /// <returns>By how much the bound rises; null when nothing can enter, so that no plan is left.</returns>
    private double? Step(int row, bool isBelow)
    {
        var sign = isBelow ? -1 : 1;
        var direction = _inverse[row];
        _columns.Combine(direction, null, _row);
        var (entering, least, pivot) = (default(int?), double.PositiveInfinity, 0.0);
        for (var limit = 0; limit < _rows; limit++)
        {
            if (sign * direction[limit] > LeastPivot && !_work.Contains(~limit))
            {
                Offer(~limit, _prices[limit], sign * direction[limit]);
            }
        }

        for (var item = 0; item < _key.Length; item++)
        {
            var (start, end) = Table.OptionsOf(item);
            var (rowOfKey, usdOfKey, isWorking) = (_row[_key[item]], _reduced[_key[item]], _workOfItem[item] > 0);
            for (var option = start; option < end; option++)
            {
                var alpha = sign * (_row[option] - rowOfKey);
                if (alpha > LeastPivot && Forbidden[option] == 0 && !(isWorking && _work.Contains(option)))
                {
                    Offer(option, _reduced[option] - usdOfKey, alpha);
                }
            }
        }

        if (entering is not { } basic)
        {
            return null;
        }

        for (var option = 0; option < _reduced.Length; option++)
        {
            _reduced[option] -= sign * least * _row[option];
        }

        Count(_work[row], -1);
        Count(basic, 1);
        var gained = (least * Math.Abs(_amounts[row])) + (_work[row] >= 0 ? LeaveForbiddenKey(ItemOf(_work[row])) : 0);
        _work[row] = basic;
        FindPrices();
        return gained;

        void Offer(int option, double usd, double alpha)
        {
            var ratio = Math.Max(0, usd) / alpha;
            if (ratio < least || (ratio == least && alpha > pivot))
            {
                (entering, least, pivot) = (option, ratio, alpha);
            }
        }

        void Count(int option, int change)
        {
            if (option >= 0)
            {
                _workOfItem[ItemOf(option)] += change;
            }
        }
    }

    // Where no plan is left the bound rises without end: far enough out it is above any plan worth having.
    private void FollowRay(int row, bool isBelow, double enough)
    {
        var (prices, reduced, sign) = (new double[_rows], new double[_reduced.Length], isBelow ? 1 : -1);
        for (var far = Farther; far <= Farthest && Bound < enough; far *= Farther)
        {
            for (var limit = 0; limit < _rows; limit++)
            {
                prices[limit] = Math.Max(0, _prices[limit] + (far * sign * _inverse[row][limit]));
            }

            _columns.Combine(prices, _columns.Usd, reduced);
            Bound = Math.Max(Bound, BoundAt(prices, reduced));
        }
    }
}
