namespace Idp.Client;

/// <summary>How long <see cref="IdpDataSource.ExecuteAsync"/> runs a unit of work again.</summary>
public sealed class RetryOptions
{
    /// <summary>Most runs of one unit of work. A freeze asks every 100 ms at most, so the time ends it first.</summary>
    /// <value>Default 500. From 1.</value>
    public int MaxAttempts { get; set; } = 500;

    /// <summary>No new run begins later than this after the first.</summary>
    /// <value>Default 30 s: longer than any freeze may last. From 0.</value>
    public TimeSpan MaxTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>First delay; it doubles with each run, and half of it is chance.</summary>
    /// <value>Default 2 ms: a hand-over takes a few. Above 0.</value>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Longest delay.</summary>
    /// <value>Default 100 ms. At least <see cref="FirstDelay"/>.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    internal IEnumerable<string> Errors()
    {
        if (MaxAttempts < 1)
        {
            yield return $"Retry.MaxAttempts is {MaxAttempts}; expected 1 or more.";
        }

        if (MaxTime < TimeSpan.Zero)
        {
            yield return $"Retry.MaxTime is {MaxTime}; expected 0 or more.";
        }

        if (FirstDelay <= TimeSpan.Zero || MaxDelay < FirstDelay)
        {
            yield return $"Retry.FirstDelay is {FirstDelay} and Retry.MaxDelay {MaxDelay}; expected above 0, and the second not below the first.";
        }
    }
}
