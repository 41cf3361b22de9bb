namespace Idp.Simulation.ClosedLoop;

/// <summary>One figure over many seeds.</summary>
/// <param name="Deviation">Standard deviation of a single seed.</param>
public readonly record struct Spread(double Mean, double Deviation, double Min, double Max)
{
    /// <param name="values">At least one.</param>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        return new Spread(mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Count), values.Min(), values.Max());
    }
}
