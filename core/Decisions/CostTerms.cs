namespace Idp.Core.Decisions;

/// <summary>What one placement costs, by term, in US dollars per day.</summary>
/// <param name="LatencyUsdPerDay">Revenue lost to waiting, by the value curve in force.</param>
/// <param name="StorageUsdPerDay">Hot storage of the object's bytes.</param>
/// <param name="EgressUsdPerDay">Answers sent to other regions.</param>
/// <param name="MoveUsdPerDay">The copy to get there, spread over the pay-back horizon; 0 where the object already is.</param>
public sealed record CostTerms(
    decimal LatencyUsdPerDay,
    decimal StorageUsdPerDay,
    decimal EgressUsdPerDay,
    decimal MoveUsdPerDay)
{
    public decimal TotalUsdPerDay => LatencyUsdPerDay + StorageUsdPerDay + EgressUsdPerDay + MoveUsdPerDay;
}
