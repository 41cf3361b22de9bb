using Google.Protobuf;
using Idp.DevServer.Schedules.Specs;
using Temporalio.Api.Schedule.V1;

namespace Idp.DevServer.Tests.Schedules;

/// <summary>Asks our compiler of specifications.</summary>
internal static class OurSpecs
{
    private const int MaxTimes = 1_000;

    public static SpecAnswer Ask(SpecQuestion question, string jitterSeed)
    {
        CompiledSpec spec;
        try
        {
            spec = CompiledSpec.Compile(JsonParser.Default.Parse<ScheduleSpec>(question.Spec));
        }
        catch (ScheduleSpecException refused)
        {
            return new SpecAnswer($"Invalid schedule spec: {refused.Message}", null, null);
        }

        var times = new List<DateTimeOffset>();
        for (var at = question.From; times.Count < MaxTimes && spec.Next(jitterSeed, at) is { } next && next.Actual <= question.To; at = next.Actual)
        {
            times.Add(next.Actual);
        }

        var canonical = spec.Canonical.Clone();
        SpecCanonicalizer.FillDefaults(canonical);
        return new SpecAnswer(null, JsonFormatter.Default.Format(canonical), SpecAnswer.Summarize(times));
    }
}
