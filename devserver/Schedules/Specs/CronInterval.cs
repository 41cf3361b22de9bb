namespace Idp.DevServer.Schedules.Specs;

/// <summary><c>@every</c>: a distance in whole seconds, at least one.</summary>
internal sealed class CronInterval(TimeSpan every) : ICron
{
    private readonly TimeSpan _every = TimeSpan.FromSeconds(Math.Max(1, Math.Floor(every.TotalSeconds)));

    public DateTimeOffset? Next(DateTimeOffset after) => after + _every - TimeSpan.FromTicks(after.Ticks % TimeSpan.TicksPerSecond);

    /// <summary>The first of the times that follow <paramref name="from"/> which is not before <paramref name="target"/>.</summary>
    public DateTimeOffset SkipTo(DateTimeOffset from, DateTimeOffset target)
    {
        var steps = (target - from).Ticks / _every.Ticks;
        var next = from + (steps * _every);
        return next < target ? next + _every : next;
    }
}
