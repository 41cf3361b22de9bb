using System.Globalization;

namespace Idp.Core.Controllers.Replication;

/// <summary>Availability of several copies whose failures are not independent.</summary>
/// <remarks>
/// The beta-factor model of K. N. Fleming, "A reliability model for common mode failures in redundant safety systems" (General
/// Atomic GA-A13284, 1975; also IEC 61508-6 annex D): a share β of each copy's failures strikes all copies at once, the rest is
/// independent. Without β three copies look a thousand times safer than they are. Copies of unlike reliability share the worst
/// one's common mode, which errs towards more copies. The terms are added, which for small probabilities counts hardly anything twice.
/// </remarks>
public sealed class AvailabilityModel(ReplicationOptions options)
{
    /// <param name="unavailability">Share of the time that each copy's region is down, from 0 to 1; the primary's first; at least one.</param>
    public AvailabilityEstimate Of(ReadOnlySpan<double> unavailability)
    {
        if (unavailability.Length == 1)
        {
            return new AvailabilityEstimate(0, unavailability[0], 0, $"1 copy, down {Number(unavailability[0])} of the time");
        }

        var (worst, independent) = (0.0, 1.0);
        foreach (var copy in unavailability)
        {
            worst = Math.Max(worst, copy);
            independent *= (1 - options.CommonModeShare) * copy;
        }

        var common = options.CommonModeShare * worst;
        var outages = (1 - options.CommonModeShare) * unavailability[0];
        var failover = outages * Math.Min(1, options.FailoverTime / options.RepairTime);
        return new AvailabilityEstimate(
            common,
            independent,
            failover,
            $"{unavailability.Length} copies: common mode {Number(options.CommonModeShare)} × {Number(worst)} = {Number(common)}; "
            + $"independent {Product(unavailability)} = {Number(independent)}; "
            + $"failover {Number(outages)} × {options.FailoverTime.TotalSeconds:0} s ÷ {options.RepairTime.TotalMinutes:0} min = {Number(failover)}; "
            + $"down {Number(Math.Min(1, common + independent + failover))} of the time");
    }

    private string Product(ReadOnlySpan<double> unavailability)
    {
        var factors = new string[unavailability.Length];
        for (var i = 0; i < factors.Length; i++)
        {
            factors[i] = Number((1 - options.CommonModeShare) * unavailability[i]);
        }

        return string.Join(" × ", factors);
    }

    private static string Number(double value) =>
        value is 0 or >= 0.001 ? value.ToString("0.#####", CultureInfo.InvariantCulture) : value.ToString("0.0#E-0", CultureInfo.InvariantCulture);
}
