namespace Idp.Core.Controllers.Tiering;

/// <summary>What keeping bytes in one tier of one region costs, in money and in waiting.</summary>
/// <param name="UsdPerGbMonth">US dollars per decimal gigabyte stored and month of 30 days.</param>
/// <param name="RetrievalUsdPerGb">US dollars per gigabyte read back; 0 where reading is free.</param>
/// <param name="PutUsd">US dollars for writing the object into the tier once.</param>
/// <param name="MinimumDuration">Leaving earlier still pays the storage up to here; zero where there is no such rule.</param>
/// <param name="RecallMs">What an access waits for the tier itself, in milliseconds.</param>
/// <param name="SizeRatio">Bytes stored for each byte of rows; below 1 where the tier packs them.</param>
public sealed record TierTerms(
    StorageTier Tier,
    decimal UsdPerGbMonth,
    decimal RetrievalUsdPerGb,
    decimal PutUsd,
    TimeSpan MinimumDuration,
    double RecallMs,
    double SizeRatio);
