namespace Idp.Core.Controllers.Tiering;

/// <summary>What the controller carries from run to run for one object; it keeps nothing itself.</summary>
/// <param name="Tier">Where the object was in the last run.</param>
/// <param name="Previous">Where it was before its last change; null before the first.</param>
/// <param name="ChangedAt">When the last change was seen.</param>
/// <param name="Challenger">The colder tier that has been cheaper; null when none is.</param>
/// <param name="ChallengerSince">Since when it has.</param>
/// <param name="Reversals">Counted reversals; one is forgiven for each <see cref="TieringOptions.ReversalWindow"/>.</param>
/// <param name="LastReversal">When the last was counted or forgiven.</param>
public sealed record TierMemory(
    ObjectId Object,
    StorageTier Tier,
    StorageTier? Previous = null,
    DateTimeOffset? ChangedAt = null,
    StorageTier? Challenger = null,
    DateTimeOffset? ChallengerSince = null,
    int Reversals = 0,
    DateTimeOffset? LastReversal = null);
