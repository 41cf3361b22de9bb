using System.Globalization;
using Idp.Core.Decisions;
using Idp.Core.Value;

namespace Idp.Core.Arbitration;

/// <summary>Pays for proposals out of their service's budget, as long as it lasts.</summary>
internal sealed class Wallet(Spending spending)
{
    private readonly Dictionary<ServiceId, (decimal Performance, decimal Saving)> _left =
        spending.Budgets.ToDictionary(budget => budget.Service, budget => (budget.PerformanceUsdPerDay, budget.SavingUsdPerDay));

    /// <returns>Null when it is paid for, else why not, with the numbers compared. What is forced is paid for whatever is left.</returns>
    public string? TryPay(Proposal proposal)
    {
        var spent = Math.Max(0, proposal.Effect.After.RunningUsdPerDay - proposal.Effect.Before.RunningUsdPerDay);
        if (!proposal.IsForced && WhyTooDear(proposal, spent) is { } tooDear)
        {
            return tooDear;
        }

        if (!spending.Services.TryGetValue(proposal.Object.Dataset, out var service) || !_left.TryGetValue(service, out var left))
        {
            return null;
        }

        // What costs more each day is bought for being faster; what costs only once is an investment in saving.
        var once = spent > 0 ? 0 : proposal.OneOffUsd;
        if (!proposal.IsForced && spent > left.Performance)
        {
            return $"it needs {Usd(spent)}/day, {Usd(left.Performance)}/day of {service}'s performance budget are left";
        }

        if (!proposal.IsForced && once > left.Saving)
        {
            return $"it needs {Usd(once)} once, {Usd(left.Saving)} of {service}'s saving budget are left today";
        }

        _left[service] = (left.Performance - spent, left.Saving - once);
        return null;
    }

    private string? WhyTooDear(Proposal proposal, decimal spent)
    {
        var gain = proposal.ValueUsdPerDay + spent;
        var limit = spending.MaxShareOfGain * gain;
        return spent > limit ? $"it costs {Usd(spent)}/day for {Usd(gain)}/day gained, limit {Usd(limit)}/day" : null;
    }

    private static string Usd(decimal amount) =>
        (amount < 0 ? "−$" : "$") + Math.Abs(amount).ToString(Math.Abs(amount) is > 0 and < 0.1m ? "0.######" : "#,##0.00", CultureInfo.InvariantCulture);
}
