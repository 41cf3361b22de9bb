using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Controllers.Consistency;
using Idp.Core.Decisions;

namespace Idp.Bench.Controllers;

/// <summary>Sixty days of a generated application: strong reads avoided, and whether anything declared was ever violated.</summary>
/// <remarks>One operation's behaviour changes on day 30; on day 45 the replicas lag thirtyfold for three hours. The controller runs each ten minutes.</remarks>
internal static class ConsistencyScenario
{
    private const int Days = 60;
    private const int RunsPerHour = 6;
    private const string Changing = "read_team";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Period = TimeSpan.FromHours(1.0 / RunsPerHour);

    public static void Run(Dictionary<string, double> figures)
    {
        var kinds = OperationKind.Application;
        var options = new ConsistencyOptions { MaxHazardShare = 0.001 }; // The application is small: 3,000 reads are three days of its rarest operations.
        var controller = new ConsistencyController(options, new LinearLatencyValue(0.01, 0.01));
        var random = new Random(21);
        var (own, floor) = (new ReplicaReads(new Random(22)), new ReplicaReads(new Random(22)));
        var memories = new Dictionary<string, ConsistencyMemory>(StringComparer.Ordinal);
        ImmutableArray<ObjectTrail> trails = [];
        var (changes, avoidable, hazardAt, upgradedAt) = (0, 0L, (DateTimeOffset?)null, (DateTimeOffset?)null);
        for (var hour = 0; hour < Days * 24; hour++)
        {
            var lagScale = hour is >= (45 * 24) + 9 and < (45 * 24) + 12 ? 30.0 : 1.0;
            var lag = TimeSpan.FromSeconds(2 * lagScale);
            var events = GeneratedHistory.Hour(Start.AddHours(hour), hour / 24, kinds, random);
            for (var run = 0; run < RunsPerHour; run++)
            {
                var until = Start.AddHours(hour) + ((run + 1) * Period);
                var from = run == 0 ? DateTimeOffset.MinValue : until - Period;
                var slice = events.Where(entry => entry.Event.At >= from && (entry.Event.At < until || run == RunsPerHour - 1)).ToArray();
                foreach (var (item, kind) in slice)
                {
                    own.Serve(item, kind, memories.GetValueOrDefault(kind.Name)?.Level ?? ReadLevel.Strong, lagScale);
                    floor.Serve(item, kind, kind.Invariant is null ? kind.Floor : ReadLevel.Strong, lagScale);
                    avoidable += !item.IsWrite && kind.IsAvoidable(hour / 24) ? 1 : 0;
                }

                var report = new AccessPatternDetector(lag * 2, TimeSpan.FromMinutes(5)).Observe(trails, slice.Select(entry => entry.Event));
                trails = report.Trails;
                var evidence = report.Operations.ToDictionary(entry => entry.Operation, StringComparer.Ordinal);
                var plan = controller.Decide(new ConsistencySnapshot(
                    until, Period, TimeSpan.Zero, Period,
                    [
                        .. kinds.Select(kind => new OperationFacts(
                            DatasetId.Parse(kind.Name.Replace('_', '-')), kind.Name, kind.Floor, kind.Invariant, kind.Tolerance, lag, OwnerMs: 100, NearestMs: 5,
                            evidence.GetValueOrDefault(kind.Name), memories.GetValueOrDefault(kind.Name))),
                    ]));
                var hazards = evidence.GetValueOrDefault(Changing)?.ForeignFreshReads ?? 0;
                hazardAt ??= hazards > 0 ? slice.First(entry => entry.Kind.Name == Changing).Event.At : null; // Before the first hazard at the latest.
                changes += plan.Decisions.Count(decision => decision.From != decision.To);
                if (hazardAt is not null && plan.Decisions.Any(decision => decision.Operation == Changing && decision.From != ReadLevel.Strong && decision.To == ReadLevel.Strong))
                {
                    upgradedAt ??= until;
                }

                foreach (var memory in plan.Memories)
                {
                    memories[memory.Operation] = memory;
                }
            }
        }

        figures["consistencyReads"] = own.Reads;
        figures["consistencyStrongReadsAvoidedShare"] = 1 - (own.Strong / (double)own.Reads);
        figures["consistencyStrongReadsAvoidedShareOfAvoidable"] = (own.Reads - own.Strong) / (double)avoidable; // Those that hindsight would serve nearby.
        figures["consistencyStrongReadsAvoidedShareAtFloor"] = 1 - (floor.Strong / (double)floor.Reads); // What the intents alone allow.
        figures["consistencyDeclaredViolations"] = own.DeclaredViolations;
        figures["consistencyDeclaredViolationsAtFloor"] = floor.DeclaredViolations;
        figures["consistencyUndeclaredStaleReadsPerMillion"] = own.UndeclaredStale * 1e6 / own.Reads;
        figures["consistencyUndeclaredStaleReadsPerMillionAtFloor"] = floor.UndeclaredStale * 1e6 / floor.Reads;
        figures["consistencyLevelChanges"] = changes;
        figures["consistencyMinutesFromFirstHazardToUpgrade"] = upgradedAt is { } up && hazardAt is { } hazard ? (up - hazard).TotalMinutes : double.NaN;
    }
}
