using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Value;

/// <summary>What one service earns and may spend.</summary>
public sealed class ServiceOptions
{
    /// <summary>Revenue that depends on the service.</summary>
    /// <remarks>Spread over the operations on its datasets, it is what an operation earns, and so what waiting costs.</remarks>
    /// <value>US dollars a day. Default 0: not told, so an operation earns what the placement controller's options say. From 0 to 1,000,000,000.</value>
    [Range(0.0, 1_000_000_000.0)]
    public decimal RevenueUsdPerDay { get; set; }

    /// <summary>What its data may cost.</summary>
    /// <value>US dollars a day. Default 0: nothing beyond what has to be. From 0 to 1,000,000,000.</value>
    [Range(0.0, 1_000_000_000.0)]
    public decimal BudgetUsdPerDay { get; set; }

    /// <summary>Whose curve tells what waiting costs; a key of <see cref="ValueOptions.LatencyCurves"/>.</summary>
    /// <value>Default none: the line of <see cref="ValueOptions.RevenueLossPer100Ms"/>.</value>
    public string? Tenant { get; set; }

    /// <summary>The service's datasets; a dataset belongs to one service.</summary>
    /// <value>Default none: its budget binds nothing.</value>
    public string[] Datasets { get; set; } = [];
}
