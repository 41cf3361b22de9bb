using System.Collections.Immutable;

namespace Idp.Core.Controllers.Cost;

/// <summary>Metered hours as the series that forecasts and the search for anomalies take; an hour without a charge is a zero.</summary>
public static class SpendSeries
{
    /// <param name="sums">Of hours without a gap.</param>
    /// <param name="end">Where the last metered hour ends.</param>
    /// <returns>The complete UTC days of each service, from its first one on; a service that is younger has none.</returns>
    public static ImmutableArray<DailySpend> Days(ImmutableArray<HourSum> sums, DateTimeOffset end) =>
    [
        .. from service in sums.GroupBy(sum => sum.Service)
           let first = FirstFullDay(service.Min(sum => sum.Hour))
           let days = DateOnly.FromDateTime(end.UtcDateTime).DayNumber - first.DayNumber
           where days > 0
           orderby service.Key.Value
           let byDay = service.ToLookup(sum => DateOnly.FromDateTime(sum.Hour.UtcDateTime), sum => sum.Usd)
           select new DailySpend(service.Key, first, [.. Enumerable.Range(0, days).Select(day => byDay[first.AddDays(day)].Sum())]),
    ];

    /// <param name="sums">Of hours without a gap.</param>
    /// <param name="end">Where the last metered hour ends.</param>
    /// <returns>The hours of each service and kind, from its first one on.</returns>
    public static ImmutableArray<HourlySpend> Hours(ImmutableArray<HourSum> sums, DateTimeOffset end) =>
    [
        .. from series in sums.GroupBy(sum => (sum.Service, sum.Kind))
           orderby series.Key.Service.Value, series.Key.Kind
           let first = series.Min(sum => sum.Hour)
           let byHour = series.ToDictionary(sum => sum.Hour, sum => (double)sum.Usd)
           select new HourlySpend(
               series.Key.Service,
               series.Key.Kind,
               first,
               [.. Enumerable.Range(0, (int)(end - first).TotalHours).Select(hour => byHour.GetValueOrDefault(first.AddHours(hour)))]),
    ];

    /// <returns>What each service has to spend: its primaries' storage, and the compute that serves them.</returns>
    public static ImmutableArray<CommittedSpend> Committed(IEnumerable<Charge> charges, TimeSpan period) =>
    [
        .. from charge in charges
           where charge.Service is not null && charge.Kind is SpendKind.Storage or SpendKind.Compute
           group charge.CostUsd by charge.Service!.Value into service
           orderby service.Key.Value
           select new CommittedSpend(service.Key, service.Sum() / (decimal)period.TotalDays),
    ];

    private static DateOnly FirstFullDay(DateTimeOffset hour)
    {
        var day = DateOnly.FromDateTime(hour.UtcDateTime);
        return hour.UtcDateTime.Hour == 0 ? day : day.AddDays(1);
    }
}
