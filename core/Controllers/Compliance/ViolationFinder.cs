namespace Idp.Core.Controllers.Compliance;

/// <summary>Compares where copies stand with what the policies say.</summary>
internal sealed class ViolationFinder(ComplianceOptions options, ComplianceSnapshot snapshot)
{
    private readonly Dictionary<(ObjectId, RegionId, CopyRole, string, string), DateTimeOffset> _firstSeen = snapshot.Open
        .ToDictionary(open => (open.Object, open.Region, open.Role, open.Policy, open.Rule), open => open.FirstSeen);

    /// <returns>In the order of the bans; whether they can be fixed is not yet said.</returns>
    public IEnumerable<Violation> Find(ComplianceSubject subject)
    {
        foreach (var ban in subject.Bans)
        {
            if (ban.Role is CopyRole.Primary ? ban.Region == subject.Primary : subject.Replicas.Contains(ban.Region))
            {
                yield return Violation(subject.Object, ban);
            }
        }
    }

    private Violation Violation(ObjectId name, RegionBan ban)
    {
        var isWaived = ban.WaivedUntil > snapshot.AsOf;

        // An override that has ended leaves a violation that begins with its end, however late it is noticed.
        var firstSeen = _firstSeen.TryGetValue((name, ban.Region, ban.Role, ban.Policy, ban.Rule), out var known) ? known
            : ban.WaivedUntil <= snapshot.AsOf ? ban.WaivedUntil.Value
            : snapshot.AsOf;
        var deadline = isWaived ? ban.WaivedUntil!.Value : firstSeen + options.Deadlines[ban.Urgency];
        var isOverdue = !isWaived && ban.IsHard && snapshot.AsOf > deadline;
        var role = ban.Role is CopyRole.Primary ? "primary" : "replica";
        return new Violation(
            name, ban.Region, ban.Role, ban.Policy, ban.Rule, ban.Urgency, ban.IsHard, firstSeen, deadline, isWaived, isOverdue,
            isWaived || !ban.IsHard ? 0 : options.RiskUsdPerDay[ban.Urgency],
            UnfixableBecause: null,
            isWaived
                ? $"{role} of {name} in {ban.Region} is waived until {deadline:yyyy-MM-dd HH:mm} UTC: {ban.Because}"
                : $"{role} of {name} in {ban.Region} since {firstSeen:yyyy-MM-dd HH:mm} UTC, {(isOverdue ? "overdue since" : "due by")} {deadline:yyyy-MM-dd HH:mm} UTC: {ban.Because}");
    }
}
