using System.Collections.Immutable;
using Idp.Core.Decisions;
using Idp.Core.Value;

namespace Idp.Core.Arbitration;

/// <summary>What may be spent in this run.</summary>
/// <param name="Budgets">By service; a service that is not among them has no limit but <paramref name="MaxShareOfGain"/>.</param>
/// <param name="Services">Whose budget a dataset spends; datasets left out spend nobody's.</param>
/// <param name="MaxShareOfGain">Share of an expected gain that may be spent for it, above 0, up to 1.</param>
public sealed record Spending(
    ImmutableArray<ServiceBudget> Budgets, ImmutableDictionary<DatasetId, ServiceId> Services, decimal MaxShareOfGain)
{
    /// <summary>No budgets, and four fifths of a gain.</summary>
    public static readonly Spending Unbudgeted = new([], ImmutableDictionary<DatasetId, ServiceId>.Empty, 0.8m);

    /// <summary>Each service's budget, less what its objects cost where they are.</summary>
    /// <param name="proposals">One of the placement controller for each object.</param>
    public static Spending Of(ValueOptions options, ImmutableArray<Proposal> proposals)
    {
        var services = options.Services
            .SelectMany(entry => entry.Value.Datasets.Select(dataset => KeyValuePair.Create(DatasetId.Parse(dataset), ServiceId.Parse(entry.Key))))
            .ToImmutableDictionary();
        var committed = proposals
            .Where(proposal => services.ContainsKey(proposal.Object.Dataset))
            .GroupBy(proposal => services[proposal.Object.Dataset])
            .ToDictionary(group => group.Key, group => group.Sum(proposal => proposal.Effect.Before.RunningUsdPerDay));
        return new Spending(
            [
                .. services.Values.Distinct().OrderBy(service => service.Value, StringComparer.Ordinal).Select(service => ServiceBudget.Split(
                    service, options.Services[service.Value].BudgetUsdPerDay, committed.GetValueOrDefault(service), options.PerformanceShare)),
            ],
            services,
            options.MaxSpendShareOfGain);
    }
}
