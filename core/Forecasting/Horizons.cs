namespace Idp.Core.Forecasting;

/// <summary>The distances at which errors are measured: 1, 2, 3 to 4, 5 to 8, and more hours.</summary>
internal static class Horizons
{
    public const int Count = 5;
    public const int Farthest = 24;
    private const int Nearest = 12;

    /// <returns>The bucket of a forecast that many hours ahead.</returns>
    public static int BucketOf(int hoursAhead) => hoursAhead switch { 1 => 0, 2 => 1, <= 4 => 2, <= 8 => 3, _ => 4 };

    /// <returns>How long before <paramref name="hour"/> the forecast was made whose error the bucket takes.</returns>
    /// <remarks>
    /// The last bucket walks through 12 to 24 hours: always at 24 the naive forecast would look as good as the seasonal one, always at 12 as bad as it gets.
    /// Thirteen distances share no factor with a day, so each meets every hour.
    /// </remarks>
    public static int DistanceAt(int bucket, int hour) => bucket < Count - 1 ? 1 << bucket : Nearest + (hour % (Farthest - Nearest + 1));
}
