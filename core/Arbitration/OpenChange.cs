namespace Idp.Core.Arbitration;

/// <summary>A migration that has started and not ended.</summary>
/// <param name="Batch">The batch it travels in: all of one batch take one slot. Null when it travels alone.</param>
public sealed record OpenChange(ObjectId Object, RegionId From, RegionId To, BatchId? Batch = null);
