using System.Collections.Immutable;
using Idp.Core.Controllers.Cost;
using Idp.Core.Decisions;
using Idp.Core.Value;

namespace Idp.Core.Tests.Controllers.Cost;

internal static class CostWorld
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    public static readonly RegionId East = RegionId.Parse("us-east-1");
    public static readonly RegionId West = RegionId.Parse("us-west-2");
    public static readonly ServiceId Shop = ServiceId.Parse("shop");
    public static readonly ServiceId Search = ServiceId.Parse("search");
    public static readonly ILatencyValue Waiting = new LinearLatencyValue(0.01, 0.01);

    public static CostSnapshot Empty { get; } = CostSnapshot.Empty(Noon, TimeSpan.FromDays(1)) with
    {
        Services = [new DatasetService(DatasetId.Parse("users"), Shop), new DatasetService(DatasetId.Parse("index"), Search)],
    };

    public static Charge Charge(SpendKind kind, decimal usd, ObjectId? name = null, ServiceId? service = null, decimal utilization = 1, RegionId? region = null) => new(
        Noon.AddDays(-1), Noon, kind, region ?? East, service,
        kind is SpendKind.Storage ? StorageTier.Hot : null, name, kind is SpendKind.Compute ? "m6i.2xlarge" : null,
        Quantity: 100, kind is SpendKind.Compute ? "vCPU-Hours" : "GB", usd, utilization);

    public static UsageWeight Weight(string name, decimal weight) => new(East, ObjectId.Parse(name), weight);

    public static ComputePool Pool(RegionId region, decimal vcpus, decimal usdPerVcpuHour, ImmutableArray<decimal> hourly, params ImmutableArray<PoolTarget> targets) =>
        new(Shop, region, "m6i.2xlarge", vcpus, MinVcpus: 0, usdPerVcpuHour, hourly, OperationsPerDay: 0, targets);

    public static ImmutableArray<decimal> Flat(decimal utilization) => [.. Enumerable.Repeat(utilization, 24)];

    public static CostPlan Decide(CostSnapshot snapshot, CostOptions? options = null, ValueOptions? value = null) =>
        new CostController(options ?? new CostOptions(), value ?? new ValueOptions(), Waiting).Decide(snapshot);
}
