using Idp.Core.Decisions;

namespace Idp.Core.Value;

/// <summary>Business value = revenue impact of latency − infrastructure cost − compliance risk − operational overhead.</summary>
/// <remarks>Pure: the same options and change always give the same statement.</remarks>
public sealed class ValueFunction
{
    private readonly ValueOptions _options;
    private readonly Dictionary<string, ConversionCurve> _curves;
    private readonly ConversionCurve _line;

    /// <param name="options">Valid ones; see <see cref="ValueOptions.Validate"/>.</param>
    public ValueFunction(ValueOptions options)
    {
        _options = options;
        _line = ConversionCurve.Linear(options.RevenueLossPer100Ms);
        _curves = options.LatencyCurves.ToDictionary(entry => entry.Key, entry => ConversionCurve.Parse(entry.Value), StringComparer.Ordinal);
    }

    /// <returns>A service that is not configured earns nothing and may spend nothing.</returns>
    public ServiceOptions ServiceOf(ServiceId service) => _options.Services.GetValueOrDefault(service.Value) ?? new ServiceOptions();

    /// <returns>The curve of the service's tenant, or the line that the options describe.</returns>
    public ConversionCurve CurveOf(ServiceId service) =>
        ServiceOf(service).Tenant is { } tenant && _curves.TryGetValue(tenant, out var curve) ? curve : _line;

    /// <summary>The same curve by operation, for controllers that weigh single objects.</summary>
    /// <param name="operationsPerDay">Of the whole service, above 0.</param>
    public ILatencyValue PerOperation(ServiceId service, double operationsPerDay) =>
        new CurveLatencyValue(CurveOf(service), (double)ServiceOf(service).RevenueUsdPerDay / operationsPerDay);

    public ValueStatement Assess(ServiceId service, ValueChange change)
    {
        var revenue = ServiceOf(service).RevenueUsdPerDay;
        var curve = CurveOf(service);
        var kept = (decimal)curve.LostShare(change.MsBefore) - (decimal)curve.LostShare(change.MsAfter);
        var statement = new ValueStatement(
            service,
            revenue,
            revenue * kept,
            change.InfrastructureUsdPerDay,
            change.ComplianceRiskUsdPerDay,
            change.OverheadUsdPerDay,
            MaxSpendUsdPerDay: 0);
        return statement with { MaxSpendUsdPerDay = _options.MaxSpendShareOfGain * statement.GainUsdPerDay };
    }
}
