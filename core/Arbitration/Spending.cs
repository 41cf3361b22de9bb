using System.Collections.Immutable;
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
}
