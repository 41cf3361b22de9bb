namespace Idp.Core.Controllers.Placement;

/// <summary>What a plan has earned so far.</summary>
/// <param name="Usd">Saved by the plan's region against home, its moves paid, in US dollars; negative when it cost.</param>
/// <param name="SquaredUsd">Sum of the squares of what each closed burst has earned.</param>
/// <param name="Operations">How many operations were served while the plan and home differed.</param>
/// <param name="BurstUsd">What the open burst has earned.</param>
/// <param name="BurstSince">When it began; null when none is open.</param>
public readonly record struct RealizedGain(
    double Usd, double SquaredUsd, double Operations, double BurstUsd = 0, DateTimeOffset? BurstSince = null)
{
    /// <summary>√Σ gain² over bursts, in US dollars.</summary>
    public double StandardError => Math.Sqrt(SquaredUsd + (BurstUsd * BurstUsd));

    /// <returns>The gain after one more run that earned <paramref name="usd"/> on so many operations.</returns>
    /// <param name="burst">How long accesses belong together; one burst is one piece of evidence (cluster-robust standard error).</param>
    public RealizedGain Earn(double usd, double operations, DateTimeOffset at, TimeSpan burst) => BurstSince is { } since && at - since < burst
        ? this with { Usd = Usd + usd, Operations = Operations + operations, BurstUsd = BurstUsd + usd }
        : new(Usd + usd, SquaredUsd + (BurstUsd * BurstUsd), Operations + operations, usd, usd is 0 ? null : at);

    /// <returns>Both together, as if their bursts had been one ledger's.</returns>
    public RealizedGain Plus(RealizedGain other) =>
        new(Usd + other.Usd, SquaredUsd + (BurstUsd * BurstUsd) + other.SquaredUsd + (other.BurstUsd * other.BurstUsd), Operations + other.Operations);
}
