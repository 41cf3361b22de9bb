namespace Idp.DevServer.Schedules.Runtime;

/// <summary>Counts what schedules have in hand, for the skipping clock.</summary>
internal sealed class SchedulePulse
{
    private int _inHand;

    public event Action? Changed;

    public bool IsBusy => Volatile.Read(ref _inHand) > 0;

    /// <summary>Counts one more until the answer is disposed of.</summary>
    public IDisposable Enter()
    {
        Interlocked.Increment(ref _inHand);
        Raise();
        return new Visit(this);
    }

    public void Raise() => Changed?.Invoke();

    private sealed class Visit(SchedulePulse pulse) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                Interlocked.Decrement(ref pulse._inHand);
                pulse.Raise();
            }
        }
    }
}
