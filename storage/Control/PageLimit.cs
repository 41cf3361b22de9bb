namespace Idp.Storage;

/// <summary>How much one call may read or write, so that no request can hold a connection for long.</summary>
internal static class PageLimit
{
    /// <summary>Most rows of a page, and of a batch of telemetry.</summary>
    public const int Rows = 10_000;

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is not from 1 to 10,000.</exception>
    public static int Check(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, Rows);
        return limit;
    }
}
