using System.Globalization;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>What a service will have spent at the end of the month.</summary>
/// <param name="SpentUsd">Up to the last complete day.</param>
/// <param name="ExpectedUsd">Of the whole month.</param>
/// <param name="LowUsd">Lower end of the interval.</param>
/// <param name="HighUsd">Upper end.</param>
/// <param name="Coverage">How often the interval should hold the truth, from 0 to 1.</param>
/// <param name="DaysLeft">Days that are forecast.</param>
public sealed record MonthForecast(
    ServiceId Service, DateOnly Month, decimal SpentUsd, decimal ExpectedUsd, decimal LowUsd, decimal HighUsd, double Coverage, int DaysLeft)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Service}: ${ExpectedUsd:#,##0.00} by the end of {Month:MMMM} ({Coverage * 100:0} % between ${LowUsd:#,##0.00} and ${HighUsd:#,##0.00}), ${SpentUsd:#,##0.00} of it spent, {DaysLeft} days to come");
}
