using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Idp.DevServer.Schedules.Specs;

/// <summary>Finds time zones by name in the system's database.</summary>
internal static class Zones
{
    private const int FirstYear = 1970;

    private static readonly string[] Folders =
        ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo"];

    // Only remembers what the system's files say.
    private static readonly ConcurrentDictionary<string, Zone> Cache = new(StringComparer.Ordinal);

    /// <param name="name">A name of the IANA database; empty for UTC.</param>
    /// <exception cref="ScheduleSpecException">There is no such time zone.</exception>
    public static Zone Load(string name)
    {
        if (name is "" or "UTC")
        {
            return Zone.Utc;
        }

        if (name.Contains("..", StringComparison.Ordinal) || name[0] == '/' || name.Contains('\\', StringComparison.Ordinal))
        {
            throw new ScheduleSpecException("time: invalid location name");
        }

        return Cache.GetOrAdd(name, Read);
    }

    private static Zone Read(string name)
    {
        var file = Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return file is not null ? ZoneFile.Parse(File.ReadAllBytes(file))
            : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? FromSystem(zone)
            : throw new ScheduleSpecException($"unknown time zone {name}");
    }

    // Where the database is no folder of files (Windows), the runtime knows it; its changes are found day by day.
    private static Zone FromSystem(TimeZoneInfo zone)
    {
        var at = new DateTimeOffset(FirstYear, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var end = new DateTimeOffset(CalendarField.MaxYear + 2, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var starts = ImmutableArray.CreateBuilder<long>();
        var offsets = ImmutableArray.CreateBuilder<int>();
        starts.Add(long.MinValue);
        offsets.Add((int)zone.GetUtcOffset(at).TotalSeconds);
        for (; at < end; at = at.AddDays(1))
        {
            var offset = (int)zone.GetUtcOffset(at.AddDays(1)).TotalSeconds;
            if (offset != offsets[^1])
            {
                starts.Add(FirstSecondWith(zone, offset, at.ToUnixTimeSeconds(), at.AddDays(1).ToUnixTimeSeconds()));
                offsets.Add(offset);
            }
        }

        return new Zone(starts.ToImmutable(), offsets.ToImmutable());
    }

    private static long FirstSecondWith(TimeZoneInfo zone, int offset, long before, long at)
    {
        while (at - before > 1)
        {
            var middle = before + ((at - before) / 2);
            var isNew = (int)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(middle)).TotalSeconds == offset;
            (before, at) = isNew ? (before, middle) : (middle, at);
        }

        return at;
    }
}
