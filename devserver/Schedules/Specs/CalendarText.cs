using Temporalio.Api.Schedule.V1;
using Range = Temporalio.Api.Schedule.V1.Range;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>Turns calendars written as text into structured ones.</summary>
internal static class CalendarText
{
    /// <exception cref="ScheduleSpecException">Any fields are malformed; the message names all of them.</exception>
    public static StructuredCalendarSpec Parse(CalendarSpec text)
    {
        var errors = new List<string>();
        var calendar = new StructuredCalendarSpec
        {
            Second = { Field(text.Second, CalendarField.Second) },
            Minute = { Field(text.Minute, CalendarField.Minute) },
            Hour = { Field(text.Hour, CalendarField.Hour) },
            DayOfWeek = { Field(text.DayOfWeek, CalendarField.DayOfWeek) },
            DayOfMonth = { Field(text.DayOfMonth, CalendarField.DayOfMonth) },
            Month = { Field(text.Month, CalendarField.Month) },
            Year = { Field(text.Year, CalendarField.Year) },
            Comment = text.Comment,
        };
        return errors.Count == 0 ? calendar : throw new ScheduleSpecException(string.Join(", ", errors));

        IReadOnlyList<Range> Field(string value, CalendarField field)
        {
            try
            {
                return RangeText.Parse(value, field);
            }
            catch (ScheduleSpecException invalid)
            {
                errors.Add(invalid.Message);
                return [];
            }
        }
    }
}
