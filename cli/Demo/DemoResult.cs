namespace Idp.Cli.Demo;

/// <summary>What a whole replay showed; the names are the keys of <c>idp demo --json</c>.</summary>
/// <param name="MeanLatencyMs">Measured by the clients over the last two thirds of the window, as all latencies here.</param>
/// <param name="StaticMeanLatencyMs">The shadow: every object in the best single region, round trips alone.</param>
/// <param name="HindsightMeanLatencyMs">The shadow: every object in its best region of each week, round trips alone.</param>
/// <param name="HindsightGainShare">(static − measured) ÷ (static − hindsight).</param>
/// <param name="StaticTwoSitesMeanLatencyMs">The shadow: every object on the same best two sites, reads from the nearer.</param>
/// <param name="StaticThreeSitesMeanLatencyMs">The same with three sites.</param>
/// <param name="LostWrites">Acknowledged writes that were not found at the end; every single one is checked.</param>
/// <param name="StaleReads">Reads that missed a write acknowledged before they began.</param>
public sealed record DemoResult(
    int MigrationsCompleted,
    int MigrationsRolledBack,
    int VerifiedMigrations,
    double MeanLatencyMs,
    double StaticMeanLatencyMs,
    double HindsightMeanLatencyMs,
    double HindsightGainShare,
    double P99LatencyMs,
    double StaticP99LatencyMs,
    double HindsightP99LatencyMs,
    double StaticTwoSitesMeanLatencyMs,
    double StaticThreeSitesMeanLatencyMs,
    long Operations,
    long ClientErrors,
    long StaleReads,
    long AcknowledgedWrites,
    long LostWrites,
    long CheckedObjects,
    string Window,
    string Key,
    string Engine)
{
    /// <summary>Whether nothing went wrong for a client.</summary>
    public bool IsClean => ClientErrors == 0 && LostWrites == 0 && StaleReads == 0;
}
