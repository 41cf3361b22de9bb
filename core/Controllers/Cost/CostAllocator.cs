using System.Collections.Immutable;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Gives every charge an owner: an object, a service, idleness or overhead. Nothing is lost and nothing is counted twice.</summary>
internal sealed class CostAllocator
{
    private const decimal Quantum = 0.000_001m; // An object's share of an hour is often far below a cent.

    private readonly Dictionary<DatasetId, ServiceId> _services;
    private readonly Dictionary<RegionId, UsageWeight[]> _weights;

    public CostAllocator(IEnumerable<DatasetService> services, IEnumerable<UsageWeight> weights)
    {
        _services = services.ToDictionary(entry => entry.Dataset, entry => entry.Service);
        _weights = weights.Where(weight => weight.Weight > 0).GroupBy(weight => weight.Region).ToDictionary(group => group.Key, group => group.ToArray());
    }

    /// <returns>In the order of the charges; a shared charge's parts in the order of the weights.</returns>
    public ImmutableArray<AllocatedCharge> Allocate(IEnumerable<Charge> charges) => [.. charges.SelectMany(Allocate)];

    private IEnumerable<AllocatedCharge> Allocate(Charge charge)
    {
        var total = decimal.Round(charge.CostUsd, 6);
        var used = decimal.Round(total * charge.Utilization, 6);
        if (used != total)
        {
            yield return Part(charge, SpendPurpose.Idle, charge.Service, null, total - used, total);
        }

        if (used == 0)
        {
            yield break;
        }

        if (charge.Object is { } name)
        {
            yield return Part(charge, SpendPurpose.Used, charge.Service ?? ServiceOf(name), name, used, total);
        }
        else if (charge.Service is { } service)
        {
            yield return Part(charge, SpendPurpose.Used, service, null, used, total);
        }
        else if (charge.Kind is SpendKind.Monitoring or SpendKind.Migration || !_weights.TryGetValue(charge.Region, out var weights))
        {
            // What nobody used is overhead of the plane, except compute, which then idles.
            yield return Part(charge, charge.Kind is SpendKind.Compute ? SpendPurpose.Idle : SpendPurpose.Overhead, null, null, used, total);
        }
        else
        {
            var parts = Apportionment.Split(used, [.. weights.Select(weight => weight.Weight)], Quantum);
            foreach (var (index, weight) in weights.Index().Where(entry => parts[entry.Index] > 0))
            {
                yield return Part(charge, SpendPurpose.Used, ServiceOf(weight.Object), weight.Object, parts[index], total);
            }
        }
    }

    private ServiceId? ServiceOf(ObjectId name) => _services.TryGetValue(name.Dataset, out var service) ? service : null;

    private static AllocatedCharge Part(Charge charge, SpendPurpose purpose, ServiceId? service, ObjectId? name, decimal usd, decimal total) => new(
        charge.Start, charge.End, charge.Kind, purpose, charge.Region, service, charge.Tier, name, charge.InstanceType,
        usd == total ? charge.Quantity : charge.Quantity * usd / total, charge.Unit, usd);
}
