using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>A charge, or its part, with its owner.</summary>
/// <param name="Service">Null for idle and overhead that no service owns.</param>
/// <param name="Object">Null where no single object owns it.</param>
/// <param name="CostUsd">A whole number of millionths of a dollar.</param>
public sealed record AllocatedCharge(
    DateTimeOffset Start,
    DateTimeOffset End,
    SpendKind Kind,
    SpendPurpose Purpose,
    RegionId Region,
    ServiceId? Service,
    StorageTier? Tier,
    ObjectId? Object,
    string? InstanceType,
    decimal Quantity,
    string Unit,
    decimal CostUsd);
