using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Idp.Core.Forecasting;

/// <summary>The series of a whole fleet: quiet ones in 16 bytes, busy ones in full, each promoted and demoted as its demand asks for.</summary>
/// <remarks>
/// A million objects in eight regions are 8 million series of reads; most are empty nearly always. Observing allocates nothing except when a series
/// is promoted and no chunk has room. Deterministic in the order of calls; for one thread at a time.
/// </remarks>
public sealed class ForecastBank(ForecastOptions options, CohortProfiles profiles)
{
    private const int ChunkSize = 256;
    private const int MinHours = 3; // One burst of an hour is no habit.
    private const double DemoteShare = 0.2; // Of the share that promotes: the band keeps a series from going back and forth.
    private const double KeepWeek = 1 - (2.0 / 169);
    private const int Version = 2;

    private readonly HourlyForecaster _busy = new(options, profiles);
    private readonly QuietForecaster _quiet = new(options, profiles);
    private readonly List<SeriesState[]> _chunks = [];
    private readonly Stack<int> _free = new();
    private QuietState[] _states = [];
    private int[] _slots = []; // Of the full state; −1 while quiet.
    private ForecastScores _scores;

    /// <value>Series, numbered from 0.</value>
    public int Count { get; private set; }

    /// <value>Series that have a full state.</value>
    public int BusyCount => (_chunks.Count * ChunkSize) - _free.Count;

    /// <value>Bytes of all states, room for growth included.</value>
    public long Bytes => ((long)_states.Length * (Unsafe.SizeOf<QuietState>() + sizeof(int))) + ((long)_chunks.Count * ChunkSize * SeriesState.Bytes);

    /// <value>How good the forecasts of the whole fleet have been, one hour ahead; each observation weighs by its demand.</value>
    public ForecastScores Scores => _scores;

    /// <summary>Begins a series.</summary>
    /// <param name="hour">Hours since the Unix epoch of the first observation to come.</param>
    /// <returns>Its number.</returns>
    public int Add(int cohort, int region, int hour) => Add(QuietForecaster.Start(cohort, region, hour));

    /// <summary>Takes in an hour's count, and lets the series' cohort learn from it. Hours left out had no demand.</summary>
    /// <param name="cost">Prices the regret; null when decisions on this series have no price.</param>
    /// <returns>What had been forecast for it.</returns>
    public ForecastOutcome Observe(int series, int hour, double count, IForecastCost? cost = null)
    {
        ref var quiet = ref _states[series];
        ForecastOutcome outcome;
        if (_slots[series] is >= 0 and var slot)
        {
            ref var state = ref Busy(slot);
            outcome = _busy.Observe(ref state, hour, count, cost);
            DemoteIfEmpty(series, ref quiet, state);
        }
        else
        {
            outcome = _quiet.Observe(ref quiet, hour, count);
            PromoteIfRegular(series, quiet);
        }

        profiles.Learn(quiet.Cohort, quiet.Region, hour, outcome);
        _scores.Add(outcome, FleetKeep(), cost);
        return outcome;
    }

    /// <summary>Forecasts the hours after a series' last observation, one point an hour.</summary>
    /// <param name="points">At most 168.</param>
    public void Forecast(int series, Span<ForecastPoint> points)
    {
        if (_slots[series] is >= 0 and var slot)
        {
            _busy.Forecast(Busy(slot), points);
        }
        else
        {
            _quiet.Forecast(_states[series], points);
        }
    }

    /// <summary>Passes over hours whose telemetry was lost; nothing is learned from them.</summary>
    /// <param name="hour">The last hour that is not known.</param>
    public void Skip(int series, int hour)
    {
        if (_slots[series] is >= 0 and var slot)
        {
            _busy.Skip(ref Busy(slot), hour);
        }

        _states[series].Hour = Math.Max(_states[series].Hour, hour);
    }

    /// <summary>Moves a series to another cohort, once its object's demand has shown which it is.</summary>
    public void Assign(int series, int cohort)
    {
        _states[series].Cohort = checked((ushort)cohort);
        if (_slots[series] is >= 0 and var slot)
        {
            Busy(slot).CohortId = cohort;
        }
    }

    /// <returns>The full state of a busy series; null for a quiet one.</returns>
    public SeriesState? StateOf(int series) => _slots[series] is >= 0 and var slot ? Busy(slot) : null;

    /// <summary>Writes all series; profiles are written apart.</summary>
    public void Save(Stream target)
    {
        SeriesState.RequireLittleEndian();
        Span<byte> header = stackalloc byte[3 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], SeriesState.Bytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Count);
        target.Write(header);
        target.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<ForecastScores>(in _scores)));
        for (var series = 0; series < Count; series++)
        {
            Save(series, target);
        }
    }

    /// <summary>Reads what <see cref="Save(Stream)"/> wrote.</summary>
    /// <exception cref="FormatException">It is of another version; the series start over.</exception>
    /// <exception cref="EndOfStreamException">The stream is shorter than it says.</exception>
    public static ForecastBank Load(Stream source, ForecastOptions options, CohortProfiles profiles)
    {
        SeriesState.RequireLittleEndian();
        Span<byte> header = stackalloc byte[3 * sizeof(int)];
        source.ReadExactly(header);
        var (version, bytes) = (BinaryPrimitives.ReadInt32LittleEndian(header), BinaryPrimitives.ReadInt32LittleEndian(header[4..]));
        if (version != Version || bytes != SeriesState.Bytes)
        {
            throw new FormatException($"Forecasts of version {version} with {bytes} bytes a series; expected {Version} and {SeriesState.Bytes}.");
        }

        var bank = new ForecastBank(options, profiles);
        source.ReadExactly(MemoryMarshal.AsBytes(new Span<ForecastScores>(ref bank._scores)));
        for (var count = BinaryPrimitives.ReadInt32LittleEndian(header[8..]); count > 0; count--)
        {
            bank.Restore(source);
        }

        return bank;
    }

    /// <summary>Writes one series, for whoever keeps series by object; the reader must know its version.</summary>
    public void Save(int series, Stream target)
    {
        target.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<QuietState>(in _states[series])));
        target.WriteByte(_slots[series] >= 0 ? (byte)1 : (byte)0);
        if (_slots[series] is >= 0 and var slot)
        {
            target.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<SeriesState>(in Busy(slot))));
        }
    }

    /// <summary>Adds a series that <see cref="Save(int, Stream)"/> wrote.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="EndOfStreamException">The stream is too short.</exception>
    public int Restore(Stream source)
    {
        var series = Add(default(QuietState));
        source.ReadExactly(MemoryMarshal.AsBytes(new Span<QuietState>(ref _states[series])));
        if (source.ReadByte() == 1)
        {
            var slot = TakeSlot();
            source.ReadExactly(MemoryMarshal.AsBytes(new Span<SeriesState>(ref Busy(slot))));
            _slots[series] = slot;
        }

        return series;
    }

    private int Add(in QuietState state)
    {
        if (Count == _states.Length)
        {
            Array.Resize(ref _states, Math.Max(16, Count * 2));
            Array.Resize(ref _slots, _states.Length);
        }

        _states[Count] = state;
        _slots[Count] = -1;
        return Count++;
    }

    private ref SeriesState Busy(int slot) => ref _chunks[slot / ChunkSize][slot % ChunkSize];

    // A fleet's week has as many observations as it has series, hour by hour.
    private double FleetKeep() => 1 - ((1 - KeepWeek) / Math.Max(1, Count));

    private void PromoteIfRegular(int series, in QuietState quiet)
    {
        if (quiet.Observed >= MinHours && quiet.Probability >= options.IntermittentBelow)
        {
            var slot = TakeSlot();
            Busy(slot) = HourlyForecaster.Start(quiet);
            _slots[series] = slot;
        }
    }

    private void DemoteIfEmpty(int series, ref QuietState quiet, in SeriesState state)
    {
        quiet.Hour = state.Hour;
        if (state.FilledShare < options.IntermittentBelow * DemoteShare)
        {
            (quiet.Probability, quiet.Size, quiet.Observed) = (state.Probability, state.Size, byte.MaxValue);
            _free.Push(_slots[series]);
            _slots[series] = -1;
        }
    }

    private int TakeSlot()
    {
        if (_free.Count == 0)
        {
            _chunks.Add(new SeriesState[ChunkSize]);
            for (var slot = (_chunks.Count * ChunkSize) - 1; slot >= (_chunks.Count - 1) * ChunkSize; slot--)
            {
                _free.Push(slot);
            }
        }

        return _free.Pop();
    }
}
