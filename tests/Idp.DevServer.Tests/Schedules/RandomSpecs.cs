using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;
using Range = Temporalio.Api.Schedule.V1.Range;

namespace Idp.DevServer.Tests.Schedules;

/// <summary>Makes specifications of every kind, some of them invalid, and asks for times near changes of the clocks.</summary>
internal sealed class RandomSpecs(int seed)
{
    private static readonly string[] TimeZones =
    [
        "", "", "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Casablanca",
        "Pacific/Apia", "America/St_Johns", "Asia/Tehran", "Europe/Dublin", "Pacific/Chatham", "Antarctica/Troll", "Nowhere/Land", "../etc", "Asia/Gaza",
    ];

    private static readonly string[] Shorthands =
        ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@every 90m/10m", "@every 1d12h", "@every 5", "@every", "@every 2h30m # often", "@never"];

    private static readonly DateTimeOffset[] Moments =
    [
        new(2026, 3, 7, 12, 0, 0, TimeSpan.Zero), new(2026, 10, 31, 12, 0, 0, TimeSpan.Zero), new(2026, 3, 28, 20, 0, 0, TimeSpan.Zero),
        new(2026, 10, 24, 20, 0, 0, TimeSpan.Zero), new(2018, 11, 3, 20, 0, 0, TimeSpan.Zero), new(2027, 4, 3, 10, 0, 0, TimeSpan.Zero),
        new(2011, 12, 29, 0, 0, 0, TimeSpan.Zero), new(2045, 3, 11, 20, 0, 0, TimeSpan.Zero), new(2099, 12, 20, 0, 0, 0, TimeSpan.Zero),
        new(2028, 2, 27, 0, 0, 0, TimeSpan.Zero), new(1999, 12, 30, 0, 0, 0, TimeSpan.Zero),
    ];

    private readonly Random _random = new(seed);

    public SpecQuestion Next()
    {
        var from = Moments[_random.Next(Moments.Length)].AddSeconds(_random.Next(-200_000, 200_000));
        var spec = new ScheduleSpec { TimezoneName = Chance(60) ? TimeZones[_random.Next(TimeZones.Length)] : "" };
        if (Chance(5))
        {
            var zone = TimeZones[_random.Next(3, 15)];
            (spec.TimezoneName, spec.TimezoneData) = ("Mine", ByteString.CopyFrom(File.ReadAllBytes($"/usr/share/zoneinfo/{zone}")));
        }

        if (Chance(45))
        {
            spec.StructuredCalendar.Add(Structured());
        }

        if (Chance(45))
        {
            spec.Calendar.Add(Calendar());
        }

        if (Chance(45))
        {
            spec.CronString.Add(Cron());
        }

        if (Chance(15))
        {
            spec.CronString.Add(Cron());
        }

        if (Chance(30))
        {
            spec.Interval.Add(Interval());
        }

        if (Chance(25))
        {
            // The genuine server crashes on negative values here, and only here.
            var excluded = Structured();
            foreach (var range in excluded.Second.Concat(excluded.Minute).Concat(excluded.Hour))
            {
                (range.Start, range.Step) = (Math.Max(0, range.Start), Math.Max(0, range.Step));
            }

            spec.ExcludeStructuredCalendar.Add(excluded);
        }

        if (Chance(25))
        {
            spec.Jitter = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(_random.Next(1, 10_000_000)));
        }

        if (Chance(15))
        {
            spec.StartTime = from.AddSeconds(_random.Next(-1_000, 500_000)).ToTimestamp();
        }

        if (Chance(15))
        {
            spec.EndTime = from.AddSeconds(_random.Next(0, 900_000)).ToTimestamp();
        }

        return new SpecQuestion(JsonFormatter.Default.Format(spec), from, from.AddHours(_random.Next(1, 4) * _random.Next(1, 400)));
    }

    private StructuredCalendarSpec Structured()
    {
        var calendar = new StructuredCalendarSpec { Comment = Chance(10) ? "why" : "" };
        calendar.Second.Add(Ranges(0, 59, always: true));
        calendar.Minute.Add(Ranges(0, 59, always: true));
        calendar.Hour.Add(Ranges(0, 23, always: true));
        calendar.DayOfMonth.Add(Ranges(1, 31, always: true, all: true));
        calendar.Month.Add(Ranges(1, 12, always: true, all: true));
        calendar.Year.Add(Ranges(2026, 2046, always: false));
        calendar.DayOfWeek.Add(Ranges(0, 6, always: true, all: true));
        return calendar;
    }

    private List<Range> Ranges(int min, int max, bool always, bool all = false)
    {
        if (all && Chance(60))
        {
            return [new() { Start = min, End = max }];
        }

        var count = always ? (Chance(75) ? 1 : 2) : Chance(15) ? 1 : 0;
        return Enumerable.Range(0, count).Select(_ =>
        {
            var start = _random.Next(min - (min < 2 && max > 31 && Chance(3) ? 1 : 0), max + 1);
            return new Range
            {
                Start = start,
                End = Chance(50) ? 0 : _random.Next(start, max + 1 + (Chance(3) ? 1 : 0)),
                Step = Chance(50) ? 0 : _random.Next(max > 12 && max < 31 && Chance(3) ? -1 : 1, 8),
            };
        }).ToList();
    }

    private CalendarSpec Calendar() => new()
    {
        Second = Field(0, 59, [], star: 10),
        Minute = Field(0, 59, [], star: 20),
        Hour = Field(0, 23, [], star: 40),
        DayOfMonth = Field(1, 31, [], star: 70),
        Month = Field(1, 12, ["jan", "FEB", "March", "sept", "decem"], star: 70),
        Year = Chance(85) ? "" : Field(2026, 2046, [], star: 50),
        DayOfWeek = Field(0, 7, ["su", "Mon", "WEDNES", "saturday", "t"], star: 60),
        Comment = Chance(10) ? "text" : "",
    };

    private string Cron()
    {
        if (Chance(25))
        {
            return Shorthands[_random.Next(Shorthands.Length)];
        }

        var c = Calendar();
        string[] fields = [F(c.Second, "0"), F(c.Minute, "0"), F(c.Hour, "0"), F(c.DayOfMonth, "*"), F(c.Month, "*"), F(c.DayOfWeek, "*"), F(c.Year, "*")];
        var chosen = _random.Next(20) switch
        {
            < 12 => fields[1..6],
            < 15 => fields[1..7],
            < 19 => fields,
            _ => fields[..3],
        };
        var zone = Chance(20) ? $"CRON_TZ={TimeZones[_random.Next(3, TimeZones.Length)]} " : Chance(4) ? "TZ=Asia/Tokyo" : "";
        return zone + string.Join(Chance(10) ? "  " : " ", chosen) + (Chance(10) ? " # note " : "");

        static string F(string field, string otherwise) => field.Length == 0 ? otherwise : field.Replace(" ", "", StringComparison.Ordinal);
    }

    private string Field(int min, int max, string[] names, int star)
    {
        if (Chance(star))
        {
            return Chance(30) ? "*" : Chance(20) ? $"*/{_random.Next(1, 9)}" : "";
        }

        return string.Join(",", Enumerable.Range(0, Chance(70) ? 1 : 2).Select(_ => Part(min, max, names)));
    }

    private string Part(int min, int max, string[] names)
    {
        if (names.Length > 0 && Chance(30))
        {
            return names[_random.Next(names.Length)];
        }

        var start = _random.Next(min, max + 1 + (Chance(3) ? 1 : 0));
        var part = Number(start);
        if (Chance(40))
        {
            part += "-" + Number(_random.Next(Chance(5) ? min : Math.Min(start, max), max + 1));
        }

        return part + (Chance(35) ? "/" + Number(_random.Next(Chance(3) ? 0 : 1, 12)) : "") + (Chance(1) ? "/2" : "") + (Chance(1) ? "-3" : "") + (Chance(1) ? "x" : "");
    }

    private IntervalSpec Interval()
    {
        var every = TimeSpan.FromMilliseconds(Chance(10) ? _random.Next(500, 3_000) : _random.Next(1, 3_000) * 60_000L);
        return new IntervalSpec
        {
            Interval = Duration.FromTimeSpan(every),
            Phase = Chance(50) ? null : Duration.FromTimeSpan(every * _random.NextDouble() * (Chance(5) ? 2 : 1)),
        };
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
