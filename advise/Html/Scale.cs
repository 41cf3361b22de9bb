namespace Idp.Advise.Html;

/// <summary>An axis: from amounts to coordinates, with round numbers on it.</summary>
internal sealed class Scale
{
    private readonly double _from;
    private readonly double _to;
    private readonly double _low;
    private readonly double _high;

    /// <param name="low">The smallest amount shown.</param>
    /// <param name="high">The largest; when it is not above <paramref name="low"/>, a little more.</param>
    /// <param name="from">Coordinate of the low end.</param>
    /// <param name="to">Coordinate of the high end.</param>
    public Scale(double low, double high, double from, double to, int ticks = 4)
    {
        high = high > low ? high : low + 1;
        var step = Step((high - low) / ticks);
        (_low, _high, _from, _to) = (Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step, from, to);
        Ticks = [.. Enumerable.Range(0, (int)Math.Round((_high - _low) / step) + 1).Select(index => _low + (index * step))];
    }

    /// <value>1, 2 or 5 times a power of ten apart.</value>
    public IReadOnlyList<double> Ticks { get; }

    public double At(double amount) => _from + ((amount - _low) / (_high - _low) * (_to - _from));

    private static double Step(double raw)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * (raw / power) switch { <= 1.0001 => 1, <= 2.0001 => 2, <= 5.0001 => 5, _ => 10 };
    }
}
