using System.Collections.Immutable;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>A time zone that converts as Go's <c>time</c> package does, at gaps and overlaps too.</summary>
/// <param name="starts">First second of each period, by unix time; the first reaches back without limit.</param>
/// <param name="offsets">Seconds east of UTC in each period.</param>
internal sealed class Zone(ImmutableArray<long> starts, ImmutableArray<int> offsets)
{
    private const int SecondsPerDay = 86_400;

    public static Zone Utc { get; } = new([long.MinValue], [0]);

    /// <summary>Wall-clock fields of an instant.</summary>
    public WallClock At(long unix)
    {
        var local = unix + offsets[PeriodOf(unix)];
        var days = CalendarDate.FloorDiv(local, SecondsPerDay);
        var second = (int)(local - (days * SecondsPerDay));
        var (year, month, day) = CalendarDate.CivilFromDays(days);
        return new WallClock(year, month, day, second / 3_600, second / 60 % 60, second % 60, (int)(((days % 7) + 11) % 7));
    }

    /// <summary>The instant of a wall-clock time; hours, minutes and seconds beyond their limits carry over.</summary>
    /// <remarks>
    /// In a gap and in an overlap either answer would do; this is the one that Go picks: the offset that applies if the
    /// wall-clock time is read as UTC, unless the result lies outside of that offset's period.
    /// </remarks>
    public long ToUnix(int year, int month, int day, int hour, int minute, int second)
    {
        var unix = (CalendarDate.DaysFromCivil(year, month, day) * SecondsPerDay) + (hour * 3_600L) + (minute * 60L) + second;
        var period = PeriodOf(unix);
        var guess = unix - offsets[period];
        return unix - offsets[PeriodOf(guess)];
    }

    private int PeriodOf(long unix)
    {
        var index = starts.BinarySearch(unix);
        return index >= 0 ? index : ~index - 1;
    }
}
