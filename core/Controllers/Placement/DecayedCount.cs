namespace Idp.Core.Controllers.Placement;

/// <summary>A count in which older events weigh less: half after each half-life.</summary>
/// <param name="Weight">Σ 2^(−age ÷ half-life) over the events, at <paramref name="AsOf"/>.</param>
public readonly record struct DecayedCount(double Weight, DateTimeOffset AsOf)
{
    /// <returns>The count with <paramref name="events"/> more, which happened at <paramref name="at"/>.</returns>
    public DecayedCount Add(long events, DateTimeOffset at, TimeSpan halfLife) => new(At(at, halfLife) + events, at);

    /// <returns>Events per day, as an unbiased estimate once the count has run for several half-lives.</returns>
    public double PerDay(DateTimeOffset at, TimeSpan halfLife) => At(at, halfLife) * Math.Log(2) / halfLife.TotalDays;

    private double At(DateTimeOffset at, TimeSpan halfLife) => Weight * Math.Pow(2, -(at - AsOf) / halfLife);
}
