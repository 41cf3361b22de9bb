using Idp.Core.Decisions;

namespace Idp.Core.Value;

/// <summary>What one operation of a tenant loses to waiting, by the tenant's curve.</summary>
/// <param name="revenueUsdPerOperation">US dollars, above 0: the service's revenue a day by its operations a day.</param>
public sealed class CurveLatencyValue(ConversionCurve curve, double revenueUsdPerOperation) : ILatencyValue
{
    public double LostUsd(double ms) => revenueUsdPerOperation * curve.LostShare(ms);
}
