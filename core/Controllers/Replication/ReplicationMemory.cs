namespace Idp.Core.Controllers.Replication;

/// <summary>What the controller carries from run to run for one object; it keeps nothing itself.</summary>
/// <param name="Wanted">The region that has been worth a copy; null when none is.</param>
/// <param name="HeldLoops">Runs in a row in which it has.</param>
/// <param name="Unwanted">The copy that has not been paying; null when all do.</param>
/// <param name="UnwantedSince">Since when it has not.</param>
/// <param name="CountedAt">The run that <paramref name="HeldLoops"/> counted last: deciding again as of that moment counts nothing.</param>
public sealed record ReplicationMemory(
    ObjectId Object, RegionId? Wanted = null, int HeldLoops = 0, RegionId? Unwanted = null, DateTimeOffset? UnwantedSince = null, DateTimeOffset? CountedAt = null);
