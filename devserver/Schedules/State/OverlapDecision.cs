using System.Collections.Immutable;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Schedules.State;

/// <summary>What becomes of the buffer: what starts now, what waits, and whether running ones are stopped for it.</summary>
internal sealed record OverlapDecision
{
    public ImmutableList<BufferedStart> Overlapping { get; private init; } = [];

    public BufferedStart? NonOverlapping { get; private init; }

    public ImmutableList<BufferedStart> Waiting { get; private init; } = [];

    public bool Cancels { get; private init; }

    public bool Terminates { get; private init; }

    public int Skipped { get; private init; }

    /// <param name="resolve">The policy that applies now where none was asked for.</param>
    public static OverlapDecision Decide(
        IEnumerable<BufferedStart> buffer, bool isRunning, Func<ScheduleOverlapPolicy, ScheduleOverlapPolicy> resolve)
    {
        var decision = buffer.Aggregate(new OverlapDecision(), (d, start) => d.Add(start, isRunning, resolve(start.Policy)));

        // The stop would hit them too.
        return decision.Cancels || decision.Terminates ? decision with { Overlapping = [] } : decision;
    }

    private OverlapDecision Add(BufferedStart start, bool isRunning, ScheduleOverlapPolicy policy)
    {
        if (policy == ScheduleOverlapPolicy.AllowAll)
        {
            return this with { Overlapping = Overlapping.Add(start) };
        }

        if (!isRunning && NonOverlapping is null)
        {
            return this with { NonOverlapping = start };
        }

        return policy switch
        {
            ScheduleOverlapPolicy.BufferAll => this with { Waiting = Waiting.Add(start) },
            ScheduleOverlapPolicy.BufferOne when Waiting.IsEmpty => this with { Waiting = Waiting.Add(start) },

            // Not running yet, only about to: replaced by the later one.
            ScheduleOverlapPolicy.CancelOther or ScheduleOverlapPolicy.TerminateOther when !isRunning => this with { NonOverlapping = start },
            ScheduleOverlapPolicy.CancelOther => this with { Cancels = true, Waiting = Waiting.Add(start) },
            ScheduleOverlapPolicy.TerminateOther => this with { Terminates = true, Waiting = Waiting.Add(start) },
            _ => this with { Skipped = Skipped + 1 },
        };
    }
}
