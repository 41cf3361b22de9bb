namespace Idp.Core.Controllers;

/// <summary>How far readings of some age may be acted on (DESIGN section 5): older than 2 periods doubles the bands, older than 5 holds.</summary>
/// <param name="Width">1, or 2 while the readings are somewhat old; bands are multiplied by it.</param>
/// <param name="HeldBecause">Set when they are too old to act on, with the numbers compared.</param>
internal readonly record struct TelemetryTrust(int Width, string? HeldBecause)
{
    // Lost telemetry looks exactly like cold data, so old readings move nothing.
    public static TelemetryTrust Of(TimeSpan age, TimeSpan period, double widenAfterPeriods = 2, double holdAfterPeriods = 5)
    {
        var periods = age / period;
        return new TelemetryTrust(
            periods > widenAfterPeriods ? 2 : 1,
            periods > holdAfterPeriods ? $"telemetry is {age.TotalMinutes:0} min old, limit {(holdAfterPeriods * period).TotalMinutes:0} min" : null);
    }
}
