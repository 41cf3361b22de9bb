namespace Idp.Core.Controllers;

/// <summary>How reversals are forgotten.</summary>
internal static class Reversals
{
    /// <summary>Forgives one reversal for each <paramref name="decay"/> that has passed since the last was counted or forgiven.</summary>
    /// <param name="count">At least 0.</param>
    /// <param name="last">When the last was counted or forgiven; null when there was none.</param>
    /// <returns>What is left, and when the last was counted or forgiven.</returns>
    public static (int Count, DateTimeOffset? Last) Forgive(int count, DateTimeOffset? last, TimeSpan decay, DateTimeOffset asOf)
    {
        if (count <= 0 || last is not { } since)
        {
            return (count, last);
        }

        var forgiven = (int)Math.Min(count, Math.Floor((asOf - since) / decay));
        return forgiven <= 0 ? (count, last) : (count - forgiven, since + (forgiven * decay));
    }
}
