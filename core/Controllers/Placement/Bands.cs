namespace Idp.Core.Controllers.Placement;

/// <summary>The two thresholds a move must pass, as wide as the telemetry's age asks for.</summary>
/// <param name="MinGain">Share of today's cost that must be saved.</param>
/// <param name="MinPayback">How many times over the gain within the horizon must repay the move.</param>
internal sealed record Bands(double MinGain, double MinPayback, TimeSpan Horizon)
{
    /// <returns>Null when both pass (equality passes), else the one that does not, with the numbers compared.</returns>
    public string? WhyNot(double gainUsdPerDay, double todayUsdPerDay, double moveUsd)
    {
        if (gainUsdPerDay < MinGain * todayUsdPerDay)
        {
            return $"would save {(todayUsdPerDay > 0 ? gainUsdPerDay / todayUsdPerDay * 100 : 0):0.#} % of {Wording.Usd(todayUsdPerDay)}/day, limit {MinGain * 100:0.#} %";
        }

        var repaid = gainUsdPerDay * Horizon.TotalDays;
        return repaid < MinPayback * moveUsd || repaid <= 0
            ? $"would earn {Wording.Usd(repaid)} in {Horizon.TotalDays:0.#} days, limit {MinPayback:0.#} × the move's {Wording.Usd(moveUsd)}"
            : null;
    }
}
