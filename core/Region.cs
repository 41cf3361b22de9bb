namespace Idp.Core;

/// <summary>A place with a PostgreSQL endpoint.</summary>
/// <param name="Jurisdiction">Whose law applies, for example <c>EU</c>.</param>
/// <param name="Prices">List prices there.</param>
public sealed record Region(RegionId Id, string Jurisdiction, RegionPrices Prices);

/// <summary>List prices of one region, in US dollars.</summary>
/// <param name="HotUsdPerGbMonth">SSD storage, a month of 30 days.</param>
/// <param name="EgressUsdPerGb">To another region, charged at the source.</param>
/// <param name="VcpuUsdPerHour">One virtual CPU for an hour.</param>
public sealed record RegionPrices(decimal HotUsdPerGbMonth, decimal EgressUsdPerGb, decimal VcpuUsdPerHour)
{
    /// <value>Bytes of the gigabyte that list prices are per: the decimal one.</value>
    public const double BytesPerGb = 1e9;
}
