using System.Collections.Frozen;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Who pays for a dataset: its service, or the dataset by its own name when no service has it.</summary>
public sealed class SpendOwners(ValueOptions value)
{
    private readonly FrozenDictionary<DatasetId, ServiceId> _services = value.Services
        .SelectMany(service => service.Value.Datasets.Select(dataset => (Dataset: DatasetId.Parse(dataset), Service: ServiceId.Parse(service.Key))))
        .ToFrozenDictionary(entry => entry.Dataset, entry => entry.Service);

    public ServiceId Of(DatasetId dataset) =>
        _services.TryGetValue(dataset, out var service) ? service
        : value.Services.ContainsKey(dataset.Value) && ServiceId.TryParse($"dataset-{dataset}", null, out var other) ? other // The name is another's.
        : ServiceId.Parse(dataset.Value);
}
