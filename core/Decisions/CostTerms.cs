namespace Idp.Core.Decisions;

/// <summary>What one placement costs, by term, in US dollars per day.</summary>
/// <param name="LatencyUsdPerDay">Revenue lost to waiting, by the value curve in force.</param>
/// <param name="StorageUsdPerDay">Hot storage of the object's bytes.</param>
/// <param name="EgressUsdPerDay">Answers sent to other regions.</param>
/// <param name="MoveUsdPerDay">The copy to get there, spread over the pay-back horizon; 0 where the object already is.</param>
/// <param name="ComputeUsdPerDay">Virtual CPUs.</param>
/// <param name="RetrievalUsdPerDay">Bytes read back from a tier that charges for it.</param>
/// <param name="WritesUsdPerDay">Each write sent once more for each further copy.</param>
/// <param name="RiskUsdPerDay">Expected loss from broken rules.</param>
/// <param name="OverheadUsdPerDay">Work of operators and of the plane itself.</param>
public sealed record CostTerms(
    decimal LatencyUsdPerDay,
    decimal StorageUsdPerDay,
    decimal EgressUsdPerDay,
    decimal MoveUsdPerDay,
    decimal ComputeUsdPerDay = 0,
    decimal RetrievalUsdPerDay = 0,
    decimal WritesUsdPerDay = 0,
    decimal RiskUsdPerDay = 0,
    decimal OverheadUsdPerDay = 0)
{
    public decimal TotalUsdPerDay =>
        LatencyUsdPerDay + StorageUsdPerDay + EgressUsdPerDay + MoveUsdPerDay
        + ComputeUsdPerDay + RetrievalUsdPerDay + WritesUsdPerDay + RiskUsdPerDay + OverheadUsdPerDay;
}
