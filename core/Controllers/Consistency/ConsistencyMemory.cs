namespace Idp.Core.Controllers.Consistency;

/// <summary>What the controller carries from run to run for one operation; it keeps nothing itself.</summary>
/// <param name="Level">How its reads are served now.</param>
/// <param name="Foreign">Since when, and over how many reads, other sessions' fresh writes were no hazard.</param>
/// <param name="Own">The same for the own session's.</param>
/// <param name="Reversals">Upgrades after a downgrade; one is forgiven for each <see cref="ConsistencyOptions.ReversalDecay"/>.</param>
/// <param name="LastReversal">When the last was counted or forgiven.</param>
/// <param name="WasDowngraded">True once it has been; the next upgrade is then a reversal.</param>
public sealed record ConsistencyMemory(
    DatasetId Dataset,
    string Operation,
    ReadLevel Level,
    CleanRun Foreign,
    CleanRun Own,
    int Reversals = 0,
    DateTimeOffset? LastReversal = null,
    bool WasDowngraded = false);

/// <summary>A stretch without a hazard.</summary>
/// <param name="Reads">Reads during it.</param>
public sealed record CleanRun(DateTimeOffset Since, long Reads);
