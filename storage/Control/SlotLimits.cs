namespace Idp.Storage;

/// <summary>How many migrations may copy at once.</summary>
/// <param name="InTotal">Of the whole fleet.</param>
/// <param name="PerRoute">From one region to another.</param>
/// <param name="Lease">A slot that was not renewed for so long is free again.</param>
public sealed record SlotLimits(int InTotal, int PerRoute, TimeSpan Lease);
