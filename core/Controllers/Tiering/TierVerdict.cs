namespace Idp.Core.Controllers.Tiering;

/// <summary>What the guards made of one object.</summary>
/// <param name="To">Tier index; the current one for a hold.</param>
/// <param name="Rival">The tier that was considered most; the current one when none is cheaper.</param>
/// <param name="ValueUsd">What the change is worth on the cautious side of the band, in US dollars per day; 0 for a hold.</param>
/// <param name="ChangeUsd">What it costs once, in US dollars.</param>
/// <param name="HeldBecause">Set for a hold that kept the object from a cheaper tier.</param>
/// <param name="NotBefore">Set when the change waits for a low-traffic window.</param>
internal sealed record TierVerdict(
    int To, int Rival, double ValueUsd, double ChangeUsd, bool IsForced, string? HeldBecause, DateTimeOffset? NotBefore);
