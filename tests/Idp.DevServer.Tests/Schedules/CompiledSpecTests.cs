using CsCheck;
using Google.Protobuf;
using Idp.DevServer.Schedules.Specs;
using Temporalio.Api.Schedule.V1;

namespace Idp.DevServer.Tests.Schedules;

public sealed class CompiledSpecTests
{
    [Fact]
    public void Next_AnySpec_RisesAndIsMatchedByACalendarOrAnInterval() => Gen.Int.Sample(seed =>
    {
        var question = new RandomSpecs(seed).Next();
        CompiledSpec spec;
        try
        {
            spec = CompiledSpec.Compile(JsonParser.Default.Parse<ScheduleSpec>(question.Spec));
        }
        catch (ScheduleSpecException)
        {
            return true;
        }

        var at = question.From;
        for (var i = 0; i < 20 && spec.Next("0123456789", at) is { } next; i++)
        {
            // Jitter stays before the following time, so that asking from a time with jitter skips none.
            var again = spec.Next("0123456789", next.Nominal.AddSeconds(-1));
            if (next.Nominal <= at || next.Actual < next.Nominal || again?.Nominal > next.Nominal)
            {
                return false;
            }

            at = next.Actual;
        }

        return true;
    });

    [Fact]
    public void Compile_Canonical_CompilesToItself() => Gen.Int.Sample(seed =>
    {
        try
        {
            var canonical = CompiledSpec.Compile(JsonParser.Default.Parse<ScheduleSpec>(new RandomSpecs(seed).Next().Spec)).Canonical;
            return CompiledSpec.Compile(canonical).Canonical.Equals(canonical);
        }
        catch (ScheduleSpecException)
        {
            return true;
        }
    });

    [Fact]
    public void Next_EverySecondExcluded_GivesUpAndSaysSo()
    {
        var every = new StructuredCalendarSpec
        {
            Second = { new Temporalio.Api.Schedule.V1.Range { End = 59 } },
            Minute = { new Temporalio.Api.Schedule.V1.Range { End = 59 } },
            Hour = { new Temporalio.Api.Schedule.V1.Range { End = 23 } },
            DayOfMonth = { new Temporalio.Api.Schedule.V1.Range { Start = 1, End = 31 } },
            Month = { new Temporalio.Api.Schedule.V1.Range { Start = 1, End = 12 } },
            DayOfWeek = { new Temporalio.Api.Schedule.V1.Range { End = 6 } },
        };
        var spec = CompiledSpec.Compile(new ScheduleSpec { StructuredCalendar = { every }, ExcludeStructuredCalendar = { every } });

        Assert.StartsWith(
            "the schedule calendar specification has too many exclusions",
            Assert.Throws<ScheduleSpecException>(() => spec.Next("s", DateTimeOffset.UnixEpoch)).Message,
            StringComparison.Ordinal);
    }
}
