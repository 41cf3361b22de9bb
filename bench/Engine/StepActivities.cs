using System.Collections.Concurrent;
using Temporalio.Activities;

namespace Idp.Bench.Engine;

/// <summary>Does nothing, and keeps how long the server took to hand it out.</summary>
public sealed class StepActivities
{
    private readonly ConcurrentQueue<TimeSpan> _waits = [];

    [Activity]
    public void Step()
    {
        var info = ActivityExecutionContext.Current.Info;
        _waits.Enqueue(info.StartedTime - info.CurrentAttemptScheduledTime);
    }

    /// <returns>From scheduled to started, by the server's clock, shortest first; then forgets them.</returns>
    public TimeSpan[] TakeWaits()
    {
        TimeSpan[] waits = [.. _waits.Order()];
        _waits.Clear();
        return waits;
    }
}
