using Idp.Core;
using Idp.Core.Telemetry;
using Idp.Simulation;

namespace Idp.Bench.Controllers;

/// <summary>What the users of an application did, seeded; each operation touches its own objects.</summary>
internal static class GeneratedHistory
{
    /// <returns>In the order of time.</returns>
    public static List<(OperationEvent Event, OperationKind Kind)> Hour(DateTimeOffset start, int day, IReadOnlyList<OperationKind> kinds, Random random)
    {
        var events = new List<(OperationEvent Event, OperationKind Kind)>();
        foreach (var kind in kinds)
        {
            var dataset = DatasetId.Parse(kind.Name.Replace('_', '-'));
            for (var count = random.Poisson(kind.PerHour); count > 0; count--)
            {
                var user = random.Next(OperationKind.Users);
                var isForeign = day >= kind.ForeignFromDay && random.NextDouble() < kind.ForeignShare;

                // Shared objects are few and popular, or sessions would hardly ever meet.
                var name = new ObjectId(dataset, isForeign ? $"shared-{random.Next(10)}" : $"user-{user}");
                var isWrite = random.NextDouble() < kind.WriteShare;
                var at = start.AddSeconds(random.NextDouble() * 3_600);
                events.Add((new OperationEvent(at, name, kind.Name, $"s{user}", isWrite), kind));
                if (isWrite && kind.FollowUp > 0)
                {
                    events.Add((new OperationEvent(at.AddSeconds(random.Exponential(kind.FollowUp)), name, kind.Name, $"s{user}", IsWrite: false), kind));
                }
            }
        }

        events.Sort((a, b) => a.Event.At != b.Event.At ? a.Event.At.CompareTo(b.Event.At) : string.CompareOrdinal(a.Event.Session, b.Event.Session));
        return events;
    }
}
