namespace Idp.DevServer.Engine.Runs;

/// <summary>Wakes everyone who waits for the next change of one thing.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource? _next;

    /// <summary>Completes at the next change; take it before looking, so that no change is missed.</summary>
    public Task Next
    {
        get
        {
            var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref _next, fresh, null) ?? fresh).Task;
        }
    }

    public void Fire() => Interlocked.Exchange(ref _next, null)?.SetResult();
}
