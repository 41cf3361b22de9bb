namespace Idp.Simulation.Worlds;

/// <summary>Waits of very many operations in buckets 1 % wide.</summary>
/// <remarks>As <see cref="Core.Telemetry.LatencySketch"/>, but counting many equal waits at once.</remarks>
internal sealed class LatencyHistogram
{
    private const double Width = 1.01;
    private const double MinMs = 0.01;
    private static readonly double LogWidth = Math.Log(Width);

    private readonly double[] _counts = new double[2_000]; // Up to four million seconds.

    public double Operations { get; private set; }

    public double SumMs { get; private set; }

    public void Add(double ms, double operations)
    {
        if (operations > 0)
        {
            _counts[(int)Math.Round(Math.Log(Math.Max(ms, MinMs) / MinMs) / LogWidth)] += operations;
            Operations += operations;
            SumMs += ms * operations;
        }
    }

    /// <returns>Milliseconds; 0 when nothing was counted.</returns>
    public double MeanMs() => Operations > 0 ? SumMs / Operations : 0;

    /// <returns>What a share <paramref name="q"/> of the operations did not exceed, within half a percent; 0 when nothing was counted.</returns>
    public double QuantileMs(double q)
    {
        var seen = 0.0;
        for (var bucket = 0; bucket < _counts.Length && Operations > 0; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= q * Operations)
            {
                return MinMs * Math.Pow(Width, bucket);
            }
        }

        return 0;
    }
}
