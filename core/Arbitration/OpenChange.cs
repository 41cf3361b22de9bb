namespace Idp.Core.Arbitration;

/// <summary>A migration that has started and not ended.</summary>
public sealed record OpenChange(ObjectId Object, RegionId From, RegionId To);
