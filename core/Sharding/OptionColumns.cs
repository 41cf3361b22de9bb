using System.Runtime.Intrinsics;

namespace Idp.Core.Sharding;

/// <summary>A table's choices limit by limit, in the coordinates of <see cref="Dual"/>: whole vectors of choices are priced at once.</summary>
internal sealed class OptionColumns
{
    private readonly double[][] _use; // By limit, then by choice.
    private readonly int[] _itemOf;

    /// <param name="scales">A price in coordinates is the price times its scale.</param>
    public OptionColumns(OptionTable table, double[] scales)
    {
        Usd = table.Usd;
        _use = new double[scales.Length][];
        for (var limit = 0; limit < scales.Length; limit++)
        {
            _use[limit] = new double[Usd.Length];
            for (var option = 0; option < Usd.Length; option++)
            {
                _use[limit][option] = table.UseOf(option)[limit] / scales[limit];
            }
        }

        _itemOf = new int[Usd.Length];
        for (var at = 0; at < table.Count; at++)
        {
            var (start, end) = table.OptionsOf(at);
            _itemOf.AsSpan(start..end).Fill(at);
        }
    }

    public double[] Usd { get; }

    public double this[int limit, int option] => _use[limit][option];

    public int ItemOf(int option) => _itemOf[option];

    /// <summary>Writes for every choice the sum over limits of its use × factor.</summary>
    /// <param name="plus">Added to it, by choice; null for nothing.</param>
    public void Combine(ReadOnlySpan<double> factors, double[]? plus, double[] into)
    {
        var at = 0;
        for (; at <= into.Length - Vector512<double>.Count; at += Vector512<double>.Count)
        {
            var sum = plus is null ? Vector512<double>.Zero : Vector512.Create<double>(plus.AsSpan(at));
            for (var limit = 0; limit < factors.Length; limit++)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Create<double>(_use[limit].AsSpan(at)), Vector512.Create(factors[limit]), sum);
            }

            sum.CopyTo(into, at);
        }

        for (; at < into.Length; at++)
        {
            into[at] = plus?[at] ?? 0;
            for (var limit = 0; limit < factors.Length; limit++)
            {
                into[at] = Math.FusedMultiplyAdd(_use[limit][at], factors[limit], into[at]);
            }
        }
    }
}
