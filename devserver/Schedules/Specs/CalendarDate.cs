namespace Idp.DevServer.Schedules.Specs;

/// <summary>Days since 1970 and back, on the Gregorian calendar, without a <see cref="DateTime"/>'s limits.</summary>
internal static class CalendarDate
{
    private const int DaysInEra = 146_097;

    public static long DaysFromCivil(int year, int month, int day)
    {
        // Years begin in March here, so that a leap day is the last of its year.
        long y = month <= 2 ? year - 1 : year;
        var era = Math.DivRem(y >= 0 ? y : y - 399, 400).Quotient;
        var yearOfEra = y - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * DaysInEra) + dayOfEra - 719_468;
    }

    public static (int Year, int Month, int Day) CivilFromDays(long days)
    {
        var shifted = days + 719_468;
        var era = FloorDiv(shifted, DaysInEra);
        var dayOfEra = shifted - (era * DaysInEra);
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shiftedMonth = ((5 * dayOfYear) + 2) / 153;
        var day = (int)(dayOfYear - (((153 * shiftedMonth) + 2) / 5) + 1);
        var month = (int)(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9);
        return ((int)(yearOfEra + (era * 400)) + (month <= 2 ? 1 : 0), month, day);
    }

    public static int DaysInMonth(int year, int month) => DateTime.DaysInMonth(year, month);

    public static long FloorDiv(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);
}
