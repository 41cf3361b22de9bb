using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Value;

/// <summary>What one service earns and may spend.</summary>
public sealed class ServiceOptions
{
    /// <summary>Revenue that depends on the service.</summary>
    /// <value>US dollars a day. Default 0: waiting costs nothing. From 0 to 1,000,000,000.</value>
    [Range(0.0, 1_000_000_000.0)]
    public decimal RevenueUsdPerDay { get; set; }

    /// <summary>What its data may cost.</summary>
    /// <value>US dollars a day. Default 0: nothing beyond what has to be. From 0 to 1,000,000,000.</value>
    [Range(0.0, 1_000_000_000.0)]
    public decimal BudgetUsdPerDay { get; set; }

    /// <summary>Whose curve tells what waiting costs; a key of <see cref="ValueOptions.LatencyCurves"/>.</summary>
    /// <value>Default none: the line of <see cref="ValueOptions.RevenueLossPer100Ms"/>.</value>
    public string? Tenant { get; set; }
}
