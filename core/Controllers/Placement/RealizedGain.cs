namespace Idp.Core.Controllers.Placement;

/// <summary>What a plan has earned so far.</summary>
/// <param name="Usd">Saved by the plan's region against home, its moves paid, in US dollars; negative when it cost.</param>
/// <param name="SquaredUsd">Sum of the squares of each run's earnings: its root is their standard error.</param>
/// <param name="Operations">How many operations were served while the plan and home differed.</param>
public readonly record struct RealizedGain(double Usd, double SquaredUsd, double Operations)
{
    /// <returns>The gain after one more run that earned <paramref name="usd"/> on so many operations.</returns>
    public RealizedGain Earn(double usd, double operations) =>
        new(Usd + usd, SquaredUsd + (usd * usd), Operations + operations);

    /// <returns>Both together, as if their runs had been one ledger's.</returns>
    public RealizedGain Plus(RealizedGain other) =>
        new(Usd + other.Usd, SquaredUsd + other.SquaredUsd, Operations + other.Operations);
}
