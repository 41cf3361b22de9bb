using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Value;

/// <summary>What an operation on one dataset earns, and what waiting costs of it.</summary>
/// <param name="RevenueUsdPerOperation">US dollars, above 0.</param>
/// <param name="LatencyCurve">In the form of <see cref="ConversionCurve.Rule"/>.</param>
public sealed record DatasetValue(DatasetId Dataset, double RevenueUsdPerOperation, string LatencyCurve)
{
    /// <summary>Spreads the revenue of each service over the operations on its datasets.</summary>
    /// <param name="operationsPerDay">By dataset, all callers together; a service that nobody uses has no value yet.</param>
    /// <param name="otherwiseUsdPerOperation">What an operation earns where a service does not say.</param>
    /// <returns>Of the datasets of services that say what they earn or whose curve counts, by name.</returns>
    public static ImmutableArray<DatasetValue> Of(ValueOptions options, IReadOnlyDictionary<DatasetId, double> operationsPerDay, double otherwiseUsdPerOperation)
    {
        var line = FormattableString.Invariant($"0:0, 100:{(decimal)options.RevenueLossPer100Ms}");
        return
        [
            .. from service in options.Services.Values
               where service.RevenueUsdPerDay > 0 || service.Tenant is not null
               let datasets = service.Datasets.Select(name => DatasetId.Parse(name)).ToArray()
               let operations = datasets.Sum(dataset => operationsPerDay.GetValueOrDefault(dataset))
               where operations > 0
               let usd = service.RevenueUsdPerDay > 0 ? (double)service.RevenueUsdPerDay / operations : otherwiseUsdPerOperation
               from dataset in datasets
               orderby dataset.Value
               select new DatasetValue(dataset, usd, service.Tenant is { } tenant ? options.LatencyCurves[tenant] : line),
        ];
    }

    /// <returns>What waiting costs on a dataset: its own value, or <paramref name="otherwise"/> where none is known.</returns>
    public static ILatencyValue Find(ImmutableArray<DatasetValue> values, DatasetId dataset, ILatencyValue otherwise) =>
        values.FirstOrDefault(value => value.Dataset == dataset)?.ToLatencyValue() ?? otherwise;

    public ILatencyValue ToLatencyValue() => new CurveLatencyValue(ConversionCurve.Parse(LatencyCurve), RevenueUsdPerOperation);
}
