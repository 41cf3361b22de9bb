using System.Globalization;
using Range = Temporalio.Api.Schedule.V1.Range;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>One field of a calendar as text: <c>*</c>, <c>x</c>, <c>x-y</c>, each with an optional <c>/step</c>, separated by commas.</summary>
internal static class RangeText
{
    private const int SundayAgain = 7;

    /// <summary>Reads a field; what is implied by the message's defaults stays unset, as the genuine server stores it.</summary>
    /// <exception cref="ScheduleSpecException">The text is malformed, or a value is outside the field's limits.</exception>
    public static IReadOnlyList<Range> Parse(string text, CalendarField field)
    {
        var given = text.Trim();
        if (given.Length == 0)
        {
            given = field.Default;
        }

        // Every year is no range at all.
        return given == "*" && field == CalendarField.Year
            ? []
            : [.. given.Split(',').SelectMany(part => ParsePart(part, field))];
    }

    private static IEnumerable<Range> ParsePart(string part, CalendarField field)
    {
        var pieces = part.Split('/');
        var step = pieces.Length switch
        {
            1 => 1,
            2 => ParseInteger(pieces[1]) ?? throw NotInteger(pieces[1]),
            _ => throw new ScheduleSpecException($"{field.Name} has too many slashes"),
        };
        if (step < 1)
        {
            throw new ScheduleSpecException($"{field.Name} has invalid Step");
        }

        var (start, end) = ParseBounds(pieces[0], hasStep: pieces.Length > 1, field);

        // In texts 7 is a Sunday too; stored it becomes 0, with a range of its own unless 0 to 6 says the same.
        if (field == CalendarField.DayOfWeek && end == SundayAgain)
        {
            if ((SundayAgain - start) % step == 0 && (step > 1 || start > 1))
            {
                yield return new Range();
                if (start == SundayAgain)
                {
                    yield break;
                }
            }

            end = field.Max;
        }

        yield return new Range { Start = start, End = start == end ? 0 : end, Step = step == 1 ? 0 : step };
    }

    private static (int Start, int End) ParseBounds(string text, bool hasStep, CalendarField field)
    {
        if (text == "*")
        {
            return (field.Min, field.TextMax);
        }

        var bounds = text.Split('-');
        if (bounds.Length > 2)
        {
            throw new ScheduleSpecException($"{field.Name} has too many dashes");
        }

        if (bounds.Length == 2)
        {
            var first = ParseValue(bounds[0], field.Min, field) ?? throw OutOfRange($"{field.Name} Start is not", field);
            var last = ParseValue(bounds[1], first, field) ?? throw OutOfRange($"{field.Name} End is before Start or not", field);
            return (first, last);
        }

        var start = ParseValue(text, field.Min, field) ?? throw OutOfRange($"{field.Name} is not", field);

        // With a step, a single value means from there to the end.
        return (start, hasStep ? field.TextMax : start);
    }

    private static int? ParseValue(string text, int min, CalendarField field) =>
        (field.ValueOfName(text) ?? ParseInteger(text)) is { } value && value >= min && value <= field.TextMax ? value : null;

    private static int? ParseInteger(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static ScheduleSpecException OutOfRange(string what, CalendarField field) =>
        new($"{what} in range [{field.Min}-{field.TextMax}]");

    private static ScheduleSpecException NotInteger(string text)
    {
        var digits = text.TrimStart('+', '-');
        var isNumber = digits.Length > 0 && text.Length - digits.Length <= 1 && digits.All(char.IsAsciiDigit);
        return new($"strconv.Atoi: parsing \"{text}\": {(isNumber ? "value out of range" : "invalid syntax")}");
    }
}
