using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>Reads a compiled time zone (RFC 8536), whose last rule continues it to the end of the calendar.</summary>
internal static class ZoneFile
{
    private const int HeaderBytes = 44;
    private const int TypeBytes = 6;

    /// <exception cref="ScheduleSpecException">The bytes are no time zone.</exception>
    public static Zone Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            return Read(data);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new ScheduleSpecException("malformed time zone information");
        }
    }

    private static Zone Read(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith("TZif"u8))
        {
            throw new FormatException();
        }

        var isWide = data[4] >= (byte)'2';
        var counts = new Counts(data);
        if (isWide)
        {
            // The first block repeats the second with 32-bit times, for old readers.
            data = data[(HeaderBytes + counts.BodyBytes(4))..];
            counts = new Counts(data);
        }

        var timeBytes = isWide ? 8 : 4;
        var body = data[HeaderBytes..];
        var times = ImmutableArray.CreateBuilder<long>(counts.Times + 1);
        var offsets = ImmutableArray.CreateBuilder<int>(counts.Times + 1);
        var indexes = body[(counts.Times * timeBytes)..];
        var types = indexes[counts.Times..];
        times.Add(long.MinValue);
        offsets.Add(OffsetOf(types, FirstType(indexes[..counts.Times], types, counts.Types)));
        for (var i = 0; i < counts.Times; i++)
        {
            var time = body[(i * timeBytes)..];
            times.Add(isWide ? BinaryPrimitives.ReadInt64BigEndian(time) : BinaryPrimitives.ReadInt32BigEndian(time));
            offsets.Add(OffsetOf(types, indexes[i]));
        }

        if (isWide)
        {
            var footer = Encoding.ASCII.GetString(body[counts.BodyBytes(timeBytes)..]).Trim('\n');
            foreach (var (time, offset) in ZoneRule.Parse(footer)?.Changes(CalendarField.MaxYear + 1) ?? [])
            {
                if (time > times[^1])
                {
                    times.Add(time);
                    offsets.Add(offset);
                }
            }
        }

        return new Zone(times.ToImmutable(), offsets.ToImmutable());
    }

    // What holds before the first change: type 0 where no change leads to it, else the first standard time.
    private static int FirstType(ReadOnlySpan<byte> indexes, ReadOnlySpan<byte> types, int count)
    {
        if (indexes.IndexOf((byte)0) < 0)
        {
            return 0;
        }

        for (var type = 0; type < count; type++)
        {
            if (types[(type * TypeBytes) + 4] == 0)
            {
                return type;
            }
        }

        return 0;
    }

    private static int OffsetOf(ReadOnlySpan<byte> types, int type) => BinaryPrimitives.ReadInt32BigEndian(types[(type * TypeBytes)..]);

    private readonly ref struct Counts(ReadOnlySpan<byte> header)
    {
        private readonly int _utcFlags = BinaryPrimitives.ReadInt32BigEndian(header[20..]);
        private readonly int _standardFlags = BinaryPrimitives.ReadInt32BigEndian(header[24..]);
        private readonly int _leaps = BinaryPrimitives.ReadInt32BigEndian(header[28..]);
        private readonly int _nameBytes = BinaryPrimitives.ReadInt32BigEndian(header[40..]);

        public int Times { get; } = BinaryPrimitives.ReadInt32BigEndian(header[32..]);

        public int Types { get; } = BinaryPrimitives.ReadInt32BigEndian(header[36..]);

        public int BodyBytes(int timeBytes) =>
            (Times * (timeBytes + 1)) + (Types * TypeBytes) + _nameBytes + (_leaps * (timeBytes + 4)) + _standardFlags + _utcFlags;
    }
}
