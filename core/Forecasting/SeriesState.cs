using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Idp.Core.Forecasting;

/// <summary>All that is kept of one series, such as the reads of one object from one region: fixed size, no references.</summary>
/// <remarks>The size is <see cref="Bytes"/>. A default state is no series: begin with <see cref="HourlyForecaster.Start(int, int, int)"/>.</remarks>
public struct SeriesState : IEquatable<SeriesState>
{
    internal int Hour;
    internal int JumpHour;
    internal ushort Observed;
    internal ushort Cohort;
    internal ushort Region;
    internal ushort RaisedWarnings; // As wide as this leaves no padding: states compare and travel as bytes.
    internal float Rate;
    internal float Probability;
    internal float Size;
    internal float SesLevel;
    internal float HoltWintersLevel;
    internal float HoltWintersTrend;
    internal float ProfileDemand;
    internal float ProfileWeight;
    internal float FilledShare;
    internal float DayError;
    internal float WeekError;
    internal float SignedError;
    internal float AbsoluteError;
    internal float JumpUp;
    internal float JumpDown;
    internal float ShortError;
    internal float ShortDemand;
    internal HoursOfDay Season;
    internal HoursOfDay Residual;
    internal MemberErrors Errors;
    internal PerHorizon BlendErrors;
    internal PerHorizon Quantile50;
    internal PerHorizon Quantile90;
    internal ForecastScores Recent;
    internal WeekOfCounts Counts;
    internal DayOfOrigins Origins;

    private const ushort Version = 1;

    /// <value>Bytes of one state in memory.</value>
    public static int Bytes => Unsafe.SizeOf<SeriesState>();

    /// <value>Bytes of one state as <see cref="Write"/> writes it.</value>
    public static int WrittenBytes => sizeof(ushort) + Bytes;

    /// <value>Hours since the Unix epoch of the last observation.</value>
    public readonly int LastHour => Hour;

    /// <value>Observed hours, up to 65,535.</value>
    public readonly int ObservedHours => Observed;

    /// <value>Operations per hour, exponentially weighted with a half-life of a week.</value>
    public readonly double RatePerHour => Rate;

    /// <value>Share of hours with any demand, over about a week.</value>
    public readonly double DemandShare => FilledShare;

    /// <value>Hours since demand last jumped to another level; null when it never has.</value>
    public readonly int? HoursSinceJump => JumpHour == int.MinValue ? null : Hour - JumpHour;

    /// <value>How good the forecasts one hour ahead have been over the last week.</value>
    public readonly ForecastScores Scores => Recent;

    /// <returns>The cohort whose profile the series shares; settable, as cohorts are learned after states begin.</returns>
    public int CohortId
    {
        readonly get => Cohort;
        set => Cohort = checked((ushort)value);
    }

    /// <summary>Writes the state, little-endian, behind its format's version.</summary>
    public readonly void Write(Span<byte> target)
    {
        RequireLittleEndian();
        BinaryPrimitives.WriteUInt16LittleEndian(target, Version);
        MemoryMarshal.Write(target[sizeof(ushort)..], this);
    }

    /// <exception cref="FormatException">The bytes are of another version or length; the series starts over.</exception>
    public static SeriesState Read(ReadOnlySpan<byte> source)
    {
        RequireLittleEndian();
        return source.Length == WrittenBytes && BinaryPrimitives.ReadUInt16LittleEndian(source) == Version
            ? MemoryMarshal.Read<SeriesState>(source[sizeof(ushort)..])
            : throw new FormatException($"{source.Length} bytes are not a series state of version {Version}; expected {WrittenBytes}.");
    }

    public readonly bool Equals(SeriesState other) => Content(this).SequenceEqual(Content(other));

    public override readonly bool Equals(object? obj) => obj is SeriesState other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Hour, Observed, Rate, Region, Cohort);

    public static bool operator ==(SeriesState left, SeriesState right) => left.Equals(right);

    public static bool operator !=(SeriesState left, SeriesState right) => !left.Equals(right);

    private static ReadOnlySpan<byte> Content(in SeriesState state) => MemoryMarshal.AsBytes(new ReadOnlySpan<SeriesState>(in state));

    internal static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Series states are written as they lie in memory, little-endian.");
        }
    }
}
