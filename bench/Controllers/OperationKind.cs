using Idp.Core.Controllers.Consistency;

namespace Idp.Bench.Controllers;

/// <summary>One operation of the generated application: what is declared of it, and how it really behaves.</summary>
/// <param name="Floor">What the intent demands.</param>
/// <param name="Tolerance">What its readers are declared to bear; null when nobody has said.</param>
/// <param name="PerHour">How often it occurs.</param>
/// <param name="WriteShare">Share of writes among them.</param>
/// <param name="ForeignShare">Share that touches an object of somebody else.</param>
/// <param name="FollowUp">Seconds after which the same session reads what it wrote; 0 when it does not.</param>
/// <param name="ForeignFromDay">Day from which others touch it at all; a change of behaviour when above 0.</param>
internal sealed record OperationKind(
    string Name,
    ReadLevel Floor,
    string? Invariant,
    TimeSpan? Tolerance,
    double PerHour,
    double WriteShare,
    double ForeignShare,
    double FollowUp,
    int ForeignFromDay = 0)
{
    public const int Users = 400;

    /// <returns>True when hindsight knows of nothing against serving a read of it from a replica on that day.</returns>
    public bool IsAvoidable(int day) =>
        Floor != ReadLevel.Strong && Invariant is null && (Tolerance is not null || ForeignShare == 0 || day < ForeignFromDay);

    /// <summary>An application with every kind of operation that the controller must tell apart.</summary>
    public static OperationKind[] Application { get; } =
    [
        new("read_profile", ReadLevel.Session, null, null, 300, 0.05, 0, FollowUp: 2),
        new("read_settings", ReadLevel.Eventual, null, null, 120, 0.02, 0, FollowUp: 0),
        new("read_history", ReadLevel.Eventual, null, null, 200, 0, 0, FollowUp: 0), // Never written.
        new("read_feed", ReadLevel.Eventual, null, TimeSpan.FromSeconds(30), 400, 0.10, 0.9, FollowUp: 0),
        new("check_stock", ReadLevel.Eventual, null, null, 600, 0.20, 1, FollowUp: 0), // Everybody reads and writes everything.
        new("read_balance", ReadLevel.Strong, null, null, 60, 0.10, 0, FollowUp: 1),
        new("update_email", ReadLevel.Session, "e-mail addresses are unique", null, 10, 0.50, 0, FollowUp: 0),
        new("read_team", ReadLevel.Session, null, null, 600, 0.05, 0.5, FollowUp: 2, ForeignFromDay: 30), // Shared from day 30 on.
    ];
}
