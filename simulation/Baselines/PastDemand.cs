using Idp.Core.Planning;

namespace Idp.Simulation.Baselines;

/// <summary>Each object's demand per hour so far, by region; older hours may weigh less. Readings that never came are left out.</summary>
/// <param name="keepPerHour">Share that a reading's weight keeps each hour: 1 for a plain mean, 0.5^(1 ÷ half-life in hours) for a decayed one.</param>
internal sealed class PastDemand(double keepPerHour)
{
    private double[] _reads = [];
    private double[] _writes = [];
    private double[] _weights = [];
    private int _regions;

    /// <summary>Takes in what has arrived since the last call; to be called each hour.</summary>
    public void Learn(PolicyView view)
    {
        if (_regions == 0)
        {
            _regions = view.World.Regions;
            _weights = new double[_regions];
            _reads = new double[view.Objects.Length * _regions];
            _writes = new double[_reads.Length];
        }

        Fade(_weights);
        Fade(_reads);
        Fade(_writes);
        foreach (var reading in view.Arrivals)
        {
            _weights[reading.Region]++;
            for (var obj = 0; obj < view.Objects.Length; obj++)
            {
                _reads[(obj * _regions) + reading.Region] += view.Reads(obj, reading);
                _writes[(obj * _regions) + reading.Region] += view.Writes(obj, reading);
            }
        }
    }

    /// <returns>Whether nothing was ever asked of the object.</returns>
    public bool IsEmpty(int obj) => Enumerable.Range(0, _regions).All(region => Operations(obj, region) == 0);

    /// <returns>Reads and writes per hour by callers in one region.</returns>
    public double Operations(int obj, int region) => PerHour(_reads, obj, region) + PerHour(_writes, obj, region);

    /// <returns>Writes per hour by callers in one region.</returns>
    public double Writes(int obj, int region) => PerHour(_writes, obj, region);

    /// <returns>A window of one hour.</returns>
    public DemandWindow PerHour(int obj) => new(
        _regions,
        Enumerable.Range(0, _regions).Select(region => PerHour(_reads, obj, region)).ToArray(),
        Enumerable.Range(0, _regions).Select(region => PerHour(_writes, obj, region)).ToArray());

    private double PerHour(double[] sums, int obj, int region) =>
        _weights[region] > 0 ? sums[(obj * _regions) + region] / _weights[region] : 0;

    private void Fade(double[] sums)
    {
        for (var i = 0; i < sums.Length && keepPerHour < 1; i++)
        {
            sums[i] *= keepPerHour;
        }
    }
}
