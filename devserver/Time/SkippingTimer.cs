namespace Idp.DevServer.Time;

/// <summary>A timer of <see cref="SkippingClock"/>; the clock guards its members with its own lock.</summary>
internal sealed class SkippingTimer(SkippingClock clock, TimerCallback callback, object? state, long sequence) : ITimer
{
    public static IComparer<SkippingTimer> ByDueTime { get; } = Comparer<SkippingTimer>.Create(
        (a, b) => a.Due.CompareTo(b.Due) is var byTime and not 0 ? byTime : a.Sequence.CompareTo(b.Sequence));

    public DateTimeOffset Due { get; set; }

    public TimeSpan Period { get; set; } = Timeout.InfiniteTimeSpan;

    public bool IsDisposed { get; set; }

    /// <summary>Timers due at one moment fire in the order in which they were made.</summary>
    public long Sequence { get; } = sequence;

    public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Schedule(this, dueTime, period);

    public void ChangeTo(DateTimeOffset due) => clock.Schedule(this, due, Timeout.InfiniteTimeSpan);

    public void Fire() => callback(state);

    public void Dispose() => clock.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
