using Idp.Storage;

namespace Idp.Activities.Sensors;

/// <summary>How far telemetry reaches.</summary>
internal static class ReportedTime
{
    private const int LatePeriods = 3; // Nobody who reports is further behind.

    /// <returns>Up to when accesses are reported: at most <paramref name="asOf"/>.</returns>
    public static async Task<DateTimeOffset> ReportedUntilAsync(this TelemetryStore telemetry, DateTimeOffset asOf, TimeSpan period, CancellationToken cancellationToken)
    {
        var newest = await telemetry.NewestAsync(cancellationToken) ?? DateTimeOffset.UnixEpoch;
        var late = LatePeriods * period;
        return newest < asOf - late ? newest + late : asOf;
    }
}
