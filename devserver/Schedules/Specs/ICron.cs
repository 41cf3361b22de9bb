namespace Idp.DevServer.Schedules.Specs;

/// <summary>A workflow's cron schedule.</summary>
internal interface ICron
{
    /// <summary>The first time after <paramref name="after"/>; null when there is none within five years.</summary>
    DateTimeOffset? Next(DateTimeOffset after);
}
