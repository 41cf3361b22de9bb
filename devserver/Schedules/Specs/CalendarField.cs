namespace Idp.DevServer.Schedules.Specs;

/// <summary>One field of a calendar: its limits and the names that its values have.</summary>
/// <param name="Default">The text that stands for an empty one.</param>
/// <param name="TextMax">The largest value in texts; only for days of the week above <paramref name="Max"/>, where 7 is a Sunday too.</param>
internal sealed record CalendarField(string Name, int Min, int Max, string Default, int TextMax)
{
    public const int MinYear = 2000;
    public const int MaxYear = 2100;

    private string[] Names { get; init; } = [];

    private int ShortestName { get; init; }

    public static CalendarField Second { get; } = new("Second", 0, 59, "0", 59);

    public static CalendarField Minute { get; } = new("Minute", 0, 59, "0", 59);

    public static CalendarField Hour { get; } = new("Hour", 0, 23, "0", 23);

    public static CalendarField DayOfMonth { get; } = new("DayOfMonth", 1, 31, "*", 31);

    public static CalendarField Month { get; } = new("Month", 1, 12, "*", 12)
    {
        Names =
        [
            "january", "february", "march", "april", "may", "june",
            "july", "august", "september", "october", "november", "december",
        ],
        ShortestName = 3,
    };

    public static CalendarField Year { get; } = new("Year", MinYear, MaxYear, "*", MaxYear);

    public static CalendarField DayOfWeek { get; } = new("DayOfWeek", 0, 6, "*", 7)
    {
        Names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
        ShortestName = 2,
    };

    /// <summary>The value whose name starts with <paramref name="text"/>, in any case; null when there is none.</summary>
    public int? ValueOfName(string text)
    {
        if (Names.Length == 0 || text.Length < ShortestName)
        {
            return null;
        }

        var index = Array.FindIndex(Names, name => name.StartsWith(text, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : Min + index;
    }
}
