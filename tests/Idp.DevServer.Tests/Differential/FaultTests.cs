using System.Text.Json.Nodes;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Plants faults into a golden history: each must be found.</summary>
public sealed class FaultTests
{
    private const string Story = "Timers.Fires";
    private const string History = "history Timers.Fires";

    public static TheoryData<string, Action<JsonArray>, string> Faults => new()
    {
        { "dropped event", events => events.RemoveAt(5), "EVENT_TYPE_TIMER_FIRED" },
        { "swapped events", events => Swap(events, 4, 5), "EVENT_TYPE_TIMER_FIRED" },
        { "changed attribute", events => Attributes(events)["timerId"] = "t2", "timerId: expected \"t1\", got \"t2\"" },
        { "missing attribute", events => Attributes(events).Remove("startToFireTimeout"), "startToFireTimeout: expected \"0.100s\", got nothing" },
        { "attribute too many", events => Attributes(events)["extra"] = 1, "extra: expected nothing, got 1" },
        { "event too many", events => events.Add(events[^1]!.DeepClone()), "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Between_PlantedFault_IsFound(string what, Action<JsonArray> fault, string expected)
    {
        var golden = Golden.Read(Story);
        var faulty = golden.DeepClone().AsObject();
        fault(faulty[History]!.AsArray());

        Assert.True(JsonDifference.Between(golden, faulty).Any(line => line.Contains(expected, StringComparison.Ordinal)), what);
    }

    [Fact]
    public void Between_Itself_IsSilent() => Assert.Empty(JsonDifference.Between(Golden.Read(Story), Golden.Read(Story)));

    private static JsonObject Attributes(JsonArray events) =>
        events.Select(item => item!["timerStartedEventAttributes"]).Single(attributes => attributes is not null)!.AsObject();

    private static void Swap(JsonArray events, int left, int right)
    {
        var (first, second) = (events[left]!.DeepClone(), events[right]!.DeepClone());
        (events[left], events[right]) = (second, first);
    }
}
