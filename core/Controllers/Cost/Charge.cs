using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>One line of a bill, or of metered usage times its price.</summary>
/// <param name="End">Exclusive.</param>
/// <param name="Service">Whose it is; null when shared, or when <paramref name="Object"/> says it.</param>
/// <param name="Tier">With storage; null otherwise.</param>
/// <param name="Object">Set when the charge is one object's alone.</param>
/// <param name="InstanceType">With compute; null otherwise.</param>
/// <param name="Quantity">In <paramref name="Unit"/>, for example 720 vCPU-Hours.</param>
/// <param name="Unit">As FOCUS writes units: <c>GB-Hours</c>, <c>vCPU-Hours</c>, <c>GB</c>.</param>
/// <param name="Utilization">Of shared compute: the share that did work, from 0 to 1; the rest is idle. 1 otherwise.</param>
public sealed record Charge(
    DateTimeOffset Start,
    DateTimeOffset End,
    SpendKind Kind,
    RegionId Region,
    ServiceId? Service,
    StorageTier? Tier,
    ObjectId? Object,
    string? InstanceType,
    decimal Quantity,
    string Unit,
    decimal CostUsd,
    decimal Utilization = 1);
