using System.Collections.Immutable;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Virtual CPUs of one type that one service has in one region.</summary>
/// <param name="Service">Whose it is alone; null when whoever uses the region's stores pays.</param>
/// <param name="MinVcpus">What has to stay, for failover or by contract.</param>
/// <param name="Hourly">24 mean utilizations of the day's hours in UTC, from 0; above 1 when more was asked for than there is.</param>
/// <param name="OperationsPerDay">What it serves; values the wait that a move adds.</param>
/// <param name="Targets">Regions where policies allow its work; empty when it may not move.</param>
/// <param name="Measured">What the utilizations come from; null when they were not measured.</param>
public sealed record ComputePool(
    ServiceId? Service,
    RegionId Region,
    string InstanceType,
    decimal Vcpus,
    decimal MinVcpus,
    decimal UsdPerVcpuHour,
    ImmutableArray<decimal> Hourly,
    double OperationsPerDay,
    ImmutableArray<PoolTarget> Targets,
    PoolMeasurement? Measured = null);

/// <param name="UsdPerVcpuHour">Price of the same type there.</param>
/// <param name="AddedMs">What callers would wait longer, in milliseconds; negative when less.</param>
public sealed record PoolTarget(RegionId Region, decimal UsdPerVcpuHour, double AddedMs);
