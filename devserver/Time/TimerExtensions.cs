namespace Idp.DevServer.Time;

internal static class TimerExtensions
{
    /// <summary>Lets a timer fire once at a moment of its clock, or early when that is further away than <paramref name="longest"/>.</summary>
    /// <remarks>
    /// On the skipping clock the moment itself is set. A wait reckoned from now would end too late whenever the clock jumps
    /// between the reckoning and the setting, and nothing would be left to jump to.
    /// </remarks>
    /// <param name="longest">The runtime's timers take no longer waits than 49 days.</param>
    public static void ChangeTo(this ITimer timer, DateTimeOffset due, TimeProvider clock, TimeSpan longest)
    {
        if (timer is SkippingTimer skipping)
        {
            skipping.ChangeTo(due);
            return;
        }

        var wait = due - clock.GetUtcNow();
        timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < longest ? wait : longest, Timeout.InfiniteTimeSpan);
    }
}
