using Temporalio.Api.Schedule.V1;
using Range = Temporalio.Api.Schedule.V1.Range;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>A calendar ready to be asked for its next time, to the second.</summary>
internal sealed class CompiledCalendar(StructuredCalendarSpec calendar, Zone zone)
{
    private const int SecondsPerHour = 3_600;
    private readonly ulong _seconds = Bits(calendar.Second);
    private readonly ulong _minutes = Bits(calendar.Minute);
    private readonly ulong _hours = Bits(calendar.Hour);
    private readonly ulong _days = Bits(calendar.DayOfMonth);
    private readonly ulong _months = Bits(calendar.Month);
    private readonly ulong _daysOfWeek = Bits(calendar.DayOfWeek);

    // No range at all means every year; for other fields it means never.
    private readonly HashSet<int>? _years = calendar.Year.Count == 0 ? null : [.. calendar.Year.SelectMany(ValuesOf)];

    public bool Matches(long unix)
    {
        var at = zone.At(unix);
        return HasYear(at.Year) && Has(_months, at.Month) && Has(_days, at.Day) && Has(_daysOfWeek, at.DayOfWeek)
            && Has(_hours, at.Hour) && Has(_minutes, at.Minute) && Has(_seconds, at.Second);
    }

    /// <summary>The first matching second after <paramref name="unix"/>; null when there is none up to the year 2100.</summary>
    /// <remarks>
    /// A time that a gap skips does not match. An hour that an overlap repeats matches twice, unless the hour before it is
    /// reached by jumping over fields: then, as on the genuine server, its first copy only.
    /// </remarks>
    public long? Next(long unix)
    {
        var c = new Cursor(zone, zone.At(unix), isRepeatedHour: zone.At(unix - SecondsPerHour).Hour == zone.At(unix).Hour);
        c.Second++;
        while (c.Carry())
        {
            if (!HasYear(c.Year))
            {
                c.NextYear();
                continue;
            }

            while (c.Month <= 12 && !Has(_months, c.Month))
            {
                c.NextMonth();
            }

            if (c.Month > 12)
            {
                continue;
            }

            while (c.IsDayInMonth && !(Has(_days, c.Day) && Has(_daysOfWeek, c.DayOfWeek)))
            {
                c.NextDay();
            }

            if (!c.IsDayInMonth || !AdvanceClock(ref c))
            {
                continue;
            }

            // Where a gap skipped the wall-clock time, its hour is not what it should be.
            var found = zone.ToUnix(c.Year, c.Month, c.Day, c.Hour, c.Minute, c.Second);
            if (zone.At(found).Hour == c.Hour)
            {
                return found + (c.IsRepeatedHour ? SecondsPerHour : 0);
            }

            c.SkipHour();
        }

        return null;
    }

    /// <returns>False when a field ran over, which the next turn carries.</returns>
    private bool AdvanceClock(ref Cursor c)
    {
        while (c.Hour < 24 && !Has(_hours, c.Hour))
        {
            c.NextHour();
        }

        if (c.Hour >= 24)
        {
            return false;
        }

        while (c.Minute < 60 && !Has(_minutes, c.Minute))
        {
            c.Minute++;
            c.Second = 0;
        }

        if (c.Minute >= 60)
        {
            return false;
        }

        while (c.Second < 60 && !Has(_seconds, c.Second))
        {
            c.Second++;
        }

        return c.Second < 60;
    }

    private bool HasYear(int year) => _years?.Contains(year) ?? true;

    private static bool Has(ulong bits, int value) => (bits >> value & 1) != 0;

    private static ulong Bits(IEnumerable<Range> ranges) =>
        ranges.SelectMany(ValuesOf).Where(value => value < 64).Aggregate(0UL, (bits, value) => bits | (1UL << value));

    private static IEnumerable<int> ValuesOf(Range range)
    {
        var step = range.Step == 0 ? 1 : range.Step;

        // Excluded calendars may name values that no time has.
        var end = Math.Min(Math.Max(range.Start, range.End), CalendarField.MaxYear);
        for (var value = range.Start; value <= end; value += step)
        {
            yield return value;
        }
    }

    /// <summary>The wall-clock time that the search has come to; fields may run over until the next <see cref="Carry"/>.</summary>
    private struct Cursor(Zone zone, WallClock at, bool isRepeatedHour)
    {
        public int Year { get; private set; } = at.Year;

        public int Month { get; private set; } = at.Month;

        public int Day { get; private set; } = at.Day;

        public int Hour { get; private set; } = at.Hour;

        public int Minute { get; set; } = at.Minute;

        public int Second { get; set; } = at.Second;

        /// <summary>The second copy of an hour that the end of summer time repeats.</summary>
        public bool IsRepeatedHour { get; private set; } = isRepeatedHour;

        public readonly bool IsDayInMonth => Day <= CalendarDate.DaysInMonth(Year, Month);

        public readonly int DayOfWeek => zone.At(zone.ToUnix(Year, Month, Day, Hour, Minute, Second)).DayOfWeek;

        /// <returns>False once the calendar ends.</returns>
        public bool Carry()
        {
            if (Second >= 60)
            {
                (Minute, Second) = (Minute + 1, 0);
            }

            if (Minute >= 60)
            {
                CarryHour();
            }

            if (Hour >= 24)
            {
                (Day, Hour) = (Day + 1, 0);
            }

            if (Month <= 12 && !IsDayInMonth)
            {
                (Month, Day) = (Month + 1, 1);
            }

            if (Month > 12)
            {
                (Year, Month) = (Year + 1, 1);
            }

            return Year <= CalendarField.MaxYear;
        }

        public void NextYear() => (Year, Month, Day, Hour, Minute, Second, IsRepeatedHour) = (Year + 1, 1, 1, 0, 0, 0, false);

        public void NextMonth() => (Month, Day, Hour, Minute, Second, IsRepeatedHour) = (Month + 1, 1, 0, 0, 0, false);

        public void NextDay() => (Day, Hour, Minute, Second, IsRepeatedHour) = (Day + 1, 0, 0, 0, false);

        public void NextHour()
        {
            SkipHour();
            IsRepeatedHour = false;
        }

        public void SkipHour() => (Hour, Minute, Second) = (Hour + 1, 0, 0);

        private void CarryHour()
        {
            var isTwoHoursLater = zone.ToUnix(Year, Month, Day, Hour + 1, 0, 0) - zone.ToUnix(Year, Month, Day, Hour, 0, 0) > SecondsPerHour;
            Minute = 0;
            if (!IsRepeatedHour && isTwoHoursLater)
            {
                // The next hour is two hours away: this one is repeated in between.
                IsRepeatedHour = true;
                return;
            }

            Hour++;
            IsRepeatedHour = false;
        }
    }
}
