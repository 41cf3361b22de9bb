using Google.Protobuf.WellKnownTypes;

namespace Idp.DevServer.Tests.Schedules;

/// <param name="Error">Why the specification is refused; null when it is not.</param>
/// <param name="Canonical">As described, in protobuf JSON.</param>
/// <param name="Times">How many times match, the first ones, and the last.</param>
public sealed record SpecAnswer(string? Error, string? Canonical, string? Times)
{
    private const int Shown = 8;

    public static string Summarize(IReadOnlyList<DateTimeOffset> times) =>
        $"{times.Count}: {string.Join(' ', times.Take(Shown).Concat(times.TakeLast(1)).Select(t => t.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", null)))}";

    public static string Summarize(IEnumerable<Timestamp> times) => Summarize(times.Select(t => t.ToDateTimeOffset()).ToList());
}
