using System.Runtime.InteropServices;

namespace Idp.Core.Forecasting;

/// <summary>The hours of the week of objects with similar demand, learned from all of them together.</summary>
/// <remarks>
/// A profile is kept for each cohort and region of callers: demand of an hour over the series' own level, so that a giant counts no more than any other.
/// An hour of the week that few have shown leans on the hour of the day, and that on a flat day. Cohorts are found one object after the other
/// (leader clustering, Hartigan 1975) with leaders that follow their members. Deterministic in the order of calls; for one writer at a time.
/// </remarks>
public sealed class CohortProfiles
{
    private const int Day = 24;
    private const int Week = 168;
    private const double PriorVariance = 0.25; // Hours differ from the coarser profile by about a half...
    private const double PriorScatter = 1; // ...and each observation from its hour by about as much as it is, until scatter is known.
    private const double SlotMemory = 500; // Observations after which the oldest of a slot are forgotten.
    private const double MaxShape = 8;
    private const int Version = 1;

    private readonly int _regions;
    private readonly Slot[] _weeks;
    private readonly Slot[] _days;
    private readonly Slot[] _rates;
    private readonly DemandVector?[] _leaders;

    /// <param name="regions">Regions of callers; from 1 to 16.</param>
    /// <param name="maxCohorts">From 1 to 1,024; cohort 0 is everybody's until objects are assigned.</param>
    public CohortProfiles(int regions, int maxCohorts = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(regions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(regions, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCohorts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxCohorts, 1_024);
        _regions = regions;
        _weeks = new Slot[maxCohorts * regions * Week];
        _days = new Slot[maxCohorts * regions * Day];
        _rates = new Slot[maxCohorts * regions];
        _leaders = new DemandVector?[maxCohorts];
    }

    /// <value>Regions of callers.</value>
    public int Regions => _regions;

    /// <value>Cohorts in use, the everybody's one included.</value>
    public int Count { get; private set; } = 1;

    /// <returns>Share of the level that the hour has in the cohort: 1 is average, and what is unknown.</returns>
    /// <param name="hour">Hours since the Unix epoch.</param>
    public double Shape(int cohort, int region, int hour)
    {
        var series = (cohort * _regions) + region;
        return _weeks[(series * Week) + (hour % Week)].Shrunk(_days[(series * Day) + (hour % Day)].Shrunk(1));
    }

    /// <returns>Operations per hour of the cohort's average series from that region; 0 while nothing is known.</returns>
    public double Rate(int cohort, int region) => _rates[(cohort * _regions) + region].Value;

    /// <summary>Learns from what one series' hour has turned out to be.</summary>
    public void Learn(int cohort, int region, int hour, in ForecastOutcome outcome)
    {
        var series = (cohort * _regions) + region;
        _rates[series].Add(outcome.Actual, SlotMemory * Day);
        if (outcome.Shape > 0 || outcome.Actual == 0)
        {
            var shape = Math.Min(outcome.Shape, MaxShape);
            _weeks[(series * Week) + (hour % Week)].Add(shape, SlotMemory);
            _days[(series * Day) + (hour % Day)].Add(shape, SlotMemory);
        }
    }

    /// <summary>Finds the cohort of an object's demand, and lets the cohort follow it a little.</summary>
    /// <returns>The most similar cohort; a new one when none is similar and there is room.</returns>
    /// <param name="minSimilarity">Cosine from which two vectors are of one kind.</param>
    public int Assign(DemandVector vector, double minSimilarity = 0.8)
    {
        var (best, bestSimilarity) = (0, -1.0);
        for (var cohort = 1; cohort < Count; cohort++)
        {
            var similarity = _leaders[cohort]!.Similarity(vector);
            if (similarity > bestSimilarity)
            {
                (best, bestSimilarity) = (cohort, similarity);
            }
        }

        if (bestSimilarity < minSimilarity && Count < _leaders.Length)
        {
            _leaders[Count] = vector;
            return Count++;
        }

        if (best > 0)
        {
            _leaders[best] = _leaders[best]!.Toward(vector, share: 0.01);
        }

        return best;
    }

    /// <summary>Writes all that was learned.</summary>
    public void Save(Stream target)
    {
        SeriesState.RequireLittleEndian();
        Span<int> header = [Version, _regions, _leaders.Length, Count];
        target.Write(MemoryMarshal.AsBytes(header));
        target.Write(MemoryMarshal.AsBytes(_weeks.AsSpan()));
        target.Write(MemoryMarshal.AsBytes(_days.AsSpan()));
        target.Write(MemoryMarshal.AsBytes(_rates.AsSpan()));
        for (var cohort = 1; cohort < Count; cohort++)
        {
            target.Write(MemoryMarshal.AsBytes(_leaders[cohort]!.Parts.AsSpan()));
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FormatException">It is of another version; profiles are learned anew.</exception>
    /// <exception cref="EndOfStreamException">The stream is shorter than it says.</exception>
    public static CohortProfiles Load(Stream source)
    {
        SeriesState.RequireLittleEndian();
        Span<int> header = stackalloc int[4];
        source.ReadExactly(MemoryMarshal.AsBytes(header));
        if (header[0] != Version)
        {
            throw new FormatException($"Profiles of version {header[0]}; expected {Version}.");
        }

        var profiles = new CohortProfiles(header[1], header[2]) { Count = header[3] };
        source.ReadExactly(MemoryMarshal.AsBytes(profiles._weeks.AsSpan()));
        source.ReadExactly(MemoryMarshal.AsBytes(profiles._days.AsSpan()));
        source.ReadExactly(MemoryMarshal.AsBytes(profiles._rates.AsSpan()));
        var parts = new double[header[1] * DemandVector.PartsPerDay];
        for (var cohort = 1; cohort < profiles.Count; cohort++)
        {
            source.ReadExactly(MemoryMarshal.AsBytes(parts.AsSpan()));
            profiles._leaders[cohort] = DemandVector.OfParts(parts);
        }

        return profiles;
    }

    private struct Slot
    {
        private float _mean;
        private float _variance;
        private float _weight;

        public readonly double Value => _mean;

        // Normal values around a normal mean: the wider they scatter, the more of them it takes to outweigh the prior.
        public readonly double Shrunk(double prior)
        {
            var scatter = (PriorScatter + (_variance * _weight)) / (1 + _weight);
            var priorWeight = scatter / PriorVariance;
            return ((_mean * _weight) + (prior * priorWeight)) / (_weight + priorWeight);
        }

        public void Add(double value, double memory)
        {
            _weight = (float)Math.Min(_weight + 1, memory);
            var difference = value - _mean;
            _mean += (float)(difference / _weight);
            _variance += (float)(((difference * (value - _mean)) - _variance) / _weight);
        }
    }
}
