namespace Idp.Core.Decisions;

/// <summary>What a proposal is expected to change; before and after are the same for a hold.</summary>
/// <param name="MeanMsBefore">Mean round trip of the object's operations now, in milliseconds.</param>
/// <param name="MeanMsAfter">The same once the proposal has taken effect.</param>
/// <param name="Before">Dollars a day now.</param>
/// <param name="After">Dollars a day once it has taken effect, the spread cost of moving included.</param>
public sealed record PredictedEffect(double MeanMsBefore, double MeanMsAfter, CostTerms Before, CostTerms After)
{
    /// <value>Positive when the proposal saves, in US dollars per day; the spread cost of moving is subtracted.</value>
    public decimal GainUsdPerDay => Before.TotalUsdPerDay - After.TotalUsdPerDay;
}
