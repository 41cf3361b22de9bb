namespace Idp.Core.Sharding;

/// <summary>The linear relaxation of a table of choices, some of them forbidden, solved again after each change: a dual simplex method.</summary>
/// <remarks>
/// Each item has one basic choice that needs no row, its key; so the matrix that is inverted has one column a limit, however many
/// items there are (Dantzig and Van Slyke, "Generalized upper bounding techniques", 1967), and is inverted anew for each step:
/// nothing drifts. A bound is the Lagrangian at the prices reached, so it holds whatever rounding does.
/// </remarks>
internal sealed partial class Relaxation
{
    /// <summary>Of an item: so little of a choice is rounding.</summary>
    public const double Negligible = 1e-9;

    private const double NegligibleRoom = 1e-12; // Of a limit.
    private const double LeastPivot = 1e-9;
    private const double Farther = 1e3; // Along a ray that proves a part empty.
    private const double Farthest = 1e12;

    private readonly OptionColumns _columns;
    private readonly int _rows;
    private readonly double[] _limits; // Scaled, like everything by limit here.
    private readonly double[] _scales;
    private readonly BasisInverse _inverse;
    private readonly int[] _key;
    private readonly int[] _work; // Basic besides the keys: a choice, or the complement of a limit for what is left of it.
    private readonly int[] _workOfItem; // How many of an item's.
    private readonly double[] _keyUse;
    private readonly double[] _amounts;
    private readonly double[] _prices;
    private readonly double[] _reduced;
    private readonly double[] _row;

    /// <param name="limits">By active limit, less what items outside the table use.</param>
    /// <param name="scales">A price in coordinates is the price times its scale (<see cref="Dual"/>).</param>
    public Relaxation(OptionTable table, double[] limits, double[] scales)
    {
        (Table, _rows, _scales) = (table, limits.Length, scales);
        _limits = [.. limits.Zip(scales, (limit, scale) => limit / scale)];
        _columns = new OptionColumns(table, scales);
        _inverse = new BasisInverse(_rows);
        Forbidden = new double[table.Usd.Length];
        (_key, _workOfItem) = (new int[table.Count], new int[table.Count]);
        (_work, _keyUse, _amounts, _prices) = (new int[_rows], new double[_rows], new double[_rows], new double[_rows]);
        (_reduced, _row) = (new double[table.Usd.Length], new double[table.Usd.Length]);
    }

    public OptionTable Table { get; }

    /// <value>Infinity for choices that are forbidden now, else 0.</value>
    public double[] Forbidden { get; }

    /// <value>No plan of the allowed choices costs less, in US dollars a day; infinity when there is none.</value>
    public double Bound { get; private set; }

    /// <value>True when the bound is the relaxation's optimum, so that <see cref="Shares"/> mean something.</value>
    public bool IsSolved { get; private set; }

    /// <value>What each choice costs at the bound's prices.</value>
    public ReadOnlySpan<double> Reduced => _reduced;

    /// <value>The bound's prices in US dollars, by active limit.</value>
    public double[] Prices => [.. _prices.Zip(_scales, (price, scale) => price / scale)];

    public RelaxationBasis Basis => new([.. _work], [.. _work.Select(basic => basic < 0 ? basic : _key[ItemOf(basic)])]);

    public int ItemOf(int option) => _columns.ItemOf(option);

    /// <summary>Finds the prices of a basis and the bound at them, and solves nothing.</summary>
    public void Price(RelaxationBasis basis)
    {
        basis.Work.CopyTo(_work, 0);
        Array.Clear(_workOfItem);
        foreach (var (basic, key) in basis.Work.Zip(basis.Keys).Where(pair => pair.First >= 0))
        {
            _key[ItemOf(basic)] = key;
            _workOfItem[ItemOf(basic)]++;
        }

        FindPrices();
        Certify();
        IsSolved = false;
    }

    /// <summary>Solves the relaxation, starting from where it was solved with other choices forbidden.</summary>
    /// <param name="enough">Solving ends when the bound is no less.</param>
    public void Solve(RelaxationBasis basis, double enough, int mostSteps)
    {
        Price(basis);
        Array.Clear(_keyUse);
        for (var item = 0; item < _key.Length; item++)
        {
            _key[item] = _workOfItem[item] > 0 ? _key[item] : Cheapest(item);
            AddUse(_key[item], 1);
        }

        Climb(Bound, enough, mostSteps);
    }

    /// <summary>Solves again from where it stands, after more choices of one item were forbidden.</summary>
    public void SolveWithout(int item, double enough, int mostSteps)
    {
        Climb(Bound + LeaveForbiddenKey(item), enough, mostSteps);
    }

    /// <returns>Where it stands, to be restored.</returns>
    public RelaxationState Save() => new(Basis, Bound, [.. _key], [.. _workOfItem], [.. _keyUse], [.. _prices], [.. _reduced]);

    public void Restore(RelaxationState state)
    {
        state.Basis.Work.CopyTo(_work, 0);
        state.Key.CopyTo(_key, 0);
        state.WorkOfItem.CopyTo(_workOfItem, 0);
        state.KeyUse.CopyTo(_keyUse, 0);
        state.Prices.CopyTo(_prices, 0);
        state.Reduced.CopyTo(_reduced, 0);
        Bound = state.Bound;
        Invert();
    }

    /// <returns>Choices that have more than nothing and less than all of their item, with their shares.</returns>
    public List<(int Option, double Share)> Shares()
    {
        var shares = new List<(int Option, double Share)>();
        for (var row = 0; row < _rows; row++)
        {
            Add(_work[row], _amounts[row]);
        }

        foreach (var item in _work.Where(basic => basic >= 0).Select(ItemOf).Distinct())
        {
            Add(_key[item], KeyShare(item));
        }

        return shares;

        void Add(int basic, double share)
        {
            if (basic >= 0 && share is > Negligible and < 1 - Negligible)
            {
                shares.Add((basic, share));
            }
        }
    }

    /// <returns>The choice of each item that has the largest share.</returns>
    public int[] Rounded()
    {
        var (chosen, most) = (_key.ToArray(), new Dictionary<int, double>());
        for (var row = 0; row < _rows; row++)
        {
            if (_work[row] >= 0 && ItemOf(_work[row]) is var item && _amounts[row] > most.GetValueOrDefault(item, KeyShare(item)))
            {
                (chosen[item], most[item]) = (_work[row], _amounts[row]);
            }
        }

        return chosen;
    }

    /// <returns>The allowed choice of an item that costs least at the prices; the first where none is allowed.</returns>
    public int Cheapest(int item)
    {
        var (start, end) = Table.OptionsOf(item);
        var (best, least) = (start, double.PositiveInfinity);
        for (var option = start; option < end; option++)
        {
            var usd = _reduced[option] + Forbidden[option];
            (best, least) = usd < least ? (option, usd) : (best, least);
        }

        return best;
    }

    private void Climb(double usd, double enough, int mostSteps)
    {
        IsSolved = false;
        for (var steps = 0; usd < enough && steps < mostSteps; steps++)
        {
            FindAmounts();
            var (row, isBelow) = Leaving();
            if (row < 0)
            {
                Certify();
                IsSolved = double.IsFinite(Bound);
                return;
            }

            if (Step(row, isBelow) is not { } gained)
            {
                Certify();
                FollowRay(row, isBelow, enough);
                return;
            }

            usd += gained;
        }

        Certify();
    }

    private void Certify()
    {
        _columns.Combine(_prices, _columns.Usd, _reduced);
        Bound = BoundAt(_prices, _reduced);
    }

    private double BoundAt(double[] prices, double[] reduced)
    {
        var bound = 0.0;
        for (var item = 0; item < _key.Length; item++)
        {
            var (start, end) = Table.OptionsOf(item);
            var least = double.PositiveInfinity;
            for (var option = start; option < end; option++)
            {
                least = Math.Min(least, reduced[option] + Forbidden[option]);
            }

            bound += least;
        }

        for (var limit = 0; limit < _rows; limit++)
        {
            bound -= prices[limit] * _limits[limit];
        }

        return bound;
    }

    private double KeyShare(int item)
    {
        var share = 1.0;
        for (var row = 0; row < _rows; row++)
        {
            share -= _work[row] >= 0 && ItemOf(_work[row]) == item ? _amounts[row] : 0;
        }

        return share;
    }

    // A key beside which nothing of its item is basic leaves without a step.
    private double LeaveForbiddenKey(int item)
    {
        var old = _key[item];
        if (_workOfItem[item] > 0 || Forbidden[old] == 0)
        {
            return 0;
        }

        SetKey(item, Cheapest(item));
        return _reduced[_key[item]] + Forbidden[_key[item]] - _reduced[old];
    }

    private void SetKey(int item, int option)
    {
        AddUse(_key[item], -1);
        AddUse(option, 1);
        _key[item] = option;
    }

    private void AddUse(int option, int times)
    {
        for (var limit = 0; limit < _rows; limit++)
        {
            _keyUse[limit] += times * _columns[limit, option];
        }
    }

    private void Invert()
    {
        for (var row = 0; row < _rows; row++)
        {
            for (var limit = 0; limit < _rows; limit++)
            {
                _inverse.Matrix[(limit * _rows) + row] = _work[row] < 0
                    ? ~_work[row] == limit ? 1 : 0
                    : _columns[limit, _work[row]] - _columns[limit, _key[ItemOf(_work[row])]];
            }
        }

        _inverse.Invert();
    }

    // Prices at which all that is basic of an item costs the same. Rounding must not leave one below nothing.
    private void FindPrices()
    {
        Invert();
        Array.Clear(_prices);
        for (var row = 0; row < _rows; row++)
        {
            var usd = _work[row] < 0 ? 0 : _columns.Usd[_work[row]] - _columns.Usd[_key[ItemOf(_work[row])]];
            for (var limit = 0; limit < _rows && usd != 0; limit++)
            {
                _prices[limit] -= usd * _inverse[row][limit];
            }
        }

        for (var limit = 0; limit < _rows; limit++)
        {
            _prices[limit] = Math.Max(0, _prices[limit]);
        }
    }

    private void FindAmounts()
    {
        for (var row = 0; row < _rows; row++)
        {
            _amounts[row] = 0;
            for (var limit = 0; limit < _rows; limit++)
            {
                _amounts[row] += _inverse[row][limit] * (_limits[limit] - _keyUse[limit]);
            }
        }
    }
}
