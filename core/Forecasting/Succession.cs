using System.Runtime.InteropServices;

namespace Idp.Core.Forecasting;

/// <summary>Notices when all demand for one object has moved to a region that had nearly none: a user moved house, a tenant changed its region.</summary>
/// <remarks>
/// Forecasts learn such a move in days, and until then keep replicas for demand that used to be. So a region that had less than a twentieth of the demand
/// and speaks in an hour in which no other does is presumed to succeed them: what is forecast for the others is forecast for it. That takes two days of
/// one region having nearly all hours, so that the chance of another's is below a twentieth by Laplace's rule of succession, and as much demand as all
/// have in a mean hour; a twentieth of that where the region that falls silent had hardly ever been. One that speaks again proves the presumption
/// wrong, and the object then has none for four weeks. Deterministic; a few words an object.
/// </remarks>
public sealed class Succession(int regions)
{
    private const double FewShare = 0.05;
    private const int RestHours = 672; // As long as half of what is remembered of calm demand.
    private const double MinHours = 46; // Two days, of which a little has faded.
    private const int None = -1;
    private static readonly double Keep = Math.Pow(0.5, 1.0 / RestHours);

    private readonly int[] _known = Filled(regions);
    private readonly int[] _spoke = Filled(regions);
    private readonly double[] _spokenHours = new double[regions];
    private double _hours;
    private int _heir = None;
    private int _since;
    private int _restsUntil;

    /// <summary>Takes in an hour's count of one region; hours of a region come in order.</summary>
    /// <param name="hour">Hours since the Unix epoch.</param>
    /// <param name="count">Operations, at least 0.</param>
    /// <param name="means">Operations per hour by region, on average, before this hour; not read where nothing is counted.</param>
    public void Observe(int region, int hour, double count, ReadOnlySpan<double> means)
    {
        _known[region] = hour;
        _spokenHours[region] *= Keep;
        _hours = region == 0 ? (_hours * Keep) + 1 : _hours;
        if (count <= 0)
        {
            return;
        }

        _spoke[region] = hour;
        if (hour >= _restsUntil && Succeeds(region, hour, count, means))
        {
            (_heir, _since) = (region, hour);
        }
        else if (_heir != None && region != _heir)
        {
            // In the same hour it only says that nothing has moved.
            _restsUntil = hour > _since ? hour + RestHours : _restsUntil;
            _heir = None;
        }

        _spokenHours[region]++;
    }

    /// <summary>Gives what is forecast for all others to their successor, if there is one; nothing as long as a region has not told of the hour.</summary>
    /// <param name="counts">The regions of the first hour, then those of the second, and so on.</param>
    public void HandDown(Span<double> counts)
    {
        if (_heir == None || _known.Min() < _since)
        {
            return;
        }

        for (var hour = 0; hour < counts.Length; hour += regions)
        {
            var sum = Sum(counts.Slice(hour, regions));
            counts.Slice(hour, regions).Clear();
            counts[hour + _heir] = sum;
        }
    }

    /// <summary>Writes all that is kept, little-endian.</summary>
    public void Save(Stream target)
    {
        SeriesState.RequireLittleEndian();
        target.Write(MemoryMarshal.AsBytes<int>([_heir, _since, _restsUntil, .. _known, .. _spoke]));
        target.Write(MemoryMarshal.AsBytes<double>([_hours, .. _spokenHours]));
    }

    /// <summary>Reads what <see cref="Save"/> wrote for as many regions.</summary>
    /// <exception cref="EndOfStreamException">The stream is too short.</exception>
    public static Succession Load(Stream source, int regions)
    {
        SeriesState.RequireLittleEndian();
        var succession = new Succession(regions);
        var words = new int[3 + (2 * regions)];
        var hours = new double[1 + regions];
        source.ReadExactly(MemoryMarshal.AsBytes(words.AsSpan()));
        source.ReadExactly(MemoryMarshal.AsBytes(hours.AsSpan()));
        (succession._heir, succession._since, succession._restsUntil) = (words[0], words[1], words[2]);
        words.AsSpan(3, regions).CopyTo(succession._known);
        words.AsSpan(3 + regions).CopyTo(succession._spoke);
        succession._hours = hours[0];
        hours.AsSpan(1).CopyTo(succession._spokenHours);
        return succession;
    }

    private bool Succeeds(int region, int hour, double count, ReadOnlySpan<double> means)
    {
        var (mean, spoken, home) = (Sum(means), Sum(_spokenHours), _spokenHours.Max());
        var isNeverSilent = IsRare(_hours - home, _hours);
        return _hours >= MinHours
            && IsRare(spoken - home, spoken)
            && means[region] < FewShare * mean
            && count >= (isNeverSilent ? FewShare * mean : mean)
            && _spoke.Count(at => at == hour) == 1;
    }

    // Laplace's rule of succession.
    private static bool IsRare(double times, double of) => times + 1 < FewShare * (of + 2);

    private static int[] Filled(int regions)
    {
        var hours = new int[regions];
        hours.AsSpan().Fill(None);
        return hours;
    }

    private static double Sum(ReadOnlySpan<double> counts)
    {
        var sum = 0.0;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
