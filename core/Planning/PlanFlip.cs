namespace Idp.Core.Planning;

/// <summary>A smallest change found that turns a decision; exactly one of its kinds is set.</summary>
/// <param name="To">Where the object would go then.</param>
/// <param name="Region">Whose demand changes, by index; null when time alone turns it.</param>
/// <param name="AddedOperationsPerHour">Reads and writes more in each hour from that region; 0 when it is not that.</param>
/// <param name="Factor">What that region's demand is multiplied by, below 1; 1 when it is not that.</param>
/// <param name="NotBefore">When a guard ends; null when it is not that.</param>
/// <param name="Description">In one sentence.</param>
public sealed record PlanFlip(
    Layout To,
    int? Region,
    double AddedOperationsPerHour,
    double Factor,
    DateTimeOffset? NotBefore,
    string Description)
{
    /// <returns>The subject and the time with the change made: deciding on them gives <see cref="To"/>.</returns>
    public (PlanningSubject Subject, DateTimeOffset AsOf) Apply(PlanningSubject subject, DateTimeOffset asOf)
    {
        if (Region is { } region)
        {
            var forecast = AddedOperationsPerHour > 0
                ? subject.Forecast.Add(region, AddedOperationsPerHour)
                : subject.Forecast.Scale(region, Factor);
            return (subject with { Forecast = forecast }, asOf);
        }

        return (subject, NotBefore ?? asOf);
    }
}
