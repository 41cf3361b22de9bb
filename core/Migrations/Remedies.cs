namespace Idp.Core.Migrations;

/// <summary>What an operator can do about a failure, in one sentence.</summary>
public static class Remedies
{
    private const string Retry = "then 'idp migration resume ID'";

    /// <summary>Longest text of an error that is kept.</summary>
    public const int MaxErrorLength = 2_000;

    // By SQLSTATE, the longest prefix first.
    private static readonly (string State, string Remedy)[] BySqlState =
    [
        ("53100", $"free disk space or enlarge the volume of the store that is full, {Retry}"),
        ("53200", $"the store is out of memory: lower its load or Worker:MaxConcurrentMovers, {Retry}"),
        ("53300", $"the store has no connection left: raise max_connections or close idle ones, {Retry}"),
        ("53", $"the store lacks a resource that its log names, {Retry}"),
        ("57P", $"the store is shutting down or starting: wait until it answers (idp doctor), {Retry}"),
        ("57014", $"a statement was cancelled or timed out: raise statement_timeout for the mover's role, {Retry}"),
        ("25P03", $"the store ended a transaction that stood still: check the link between the regions, {Retry}"),
        ("25006", $"the store is read-only, perhaps a standby: point the regions file at the primary, {Retry}"),
        ("28", $"the mover cannot sign in: check user, password and pg_hba.conf of the store, {Retry}"),
        ("42501", $"the mover's role lacks a privilege that the error names: grant it (docs/operate/production.md), {Retry}"),
        ("42", "tables differ from what adoption saw: run the same schema migrations in both regions, then 'idp dataset adopt FILE'"),
        ("3F", "the store is not prepared: run 'idp dataset adopt FILE'"),
        ("3D", "the database does not exist: correct the regions file"),
        ("40P01", $"a deadlock with other transactions of the object: usually passes by itself, else {Retry}"),
        ("40", $"other transactions of the object were in the way: usually passes by itself, else {Retry}"),
        ("55P03", $"other transactions held a lock too long: end the longest ones (docs/operate/playbooks.md), {Retry}"),
        ("23", "the target has rows or constraints that the source does not: compare the tables' constraints and triggers in both regions"),
        ("22", "the target cannot store a value of the source: compare types, collations and settings of both regions"),
        ("54", "a limit of the store was exceeded that the error names: raise it, or move the object in a quieter hour"),
        ("08", $"the link to the store broke: check it (idp doctor), {Retry}"),
        ("ID", "the store refuses the mover as it would a client: look at the object's row in idp.ownership"),
        ("XX", "the store reports an internal error: look into its log before anything else"),
    ];

    /// <summary>The remedy of a migration's failure.</summary>
    /// <param name="kind">A SQLSTATE, or the failure's type; <see langword="null"/> when unknown.</param>
    public static string For(string? kind, string error, MigrationId migration) =>
        For(kind, error).Replace(" ID'", $" {migration}'", StringComparison.Ordinal);

    private static string For(string? kind, string error) => kind switch
    {
        "Unequal" => "something in the target changes what is stored (a trigger, a collation, a setting): find it by the table and keys in the report, then ask for the migration again",
        "Refused" => For(error),
        "TimeoutException" or "BrokenCircuitException" or "NpgsqlException" or "SocketException" or "EndOfStreamException" =>
            $"check that both stores answer and the link between them (idp doctor), {Retry}",
        "Heartbeat" => $"the worker that ran it died or stalled: check that workers run (idp status), {Retry}",
        "StartToClose" => $"the step took longer than it may: look for locks and for load on both stores, {Retry}",
        { Length: 5 } when BySqlState.FirstOrDefault(known => kind.StartsWith(known.State, StringComparison.Ordinal)) is { Remedy: { } remedy } => remedy,
        _ => $"look into the worker's log for the whole error, {Retry} or 'idp migration cancel ID'",
    };

    private static string For(string refusal) =>
        refusal.Contains("could not be frozen", StringComparison.Ordinal) ? "long transactions keep the object busy: end them, or move it in a quieter hour"
        : refusal.Contains("idp dataset adopt", StringComparison.Ordinal) || refusal.Contains("schema migrations", StringComparison.Ordinal) ? "make the tables equal in both regions, then ask for the migration again"
        : refusal.Contains("min old, limit", StringComparison.Ordinal) ? "end the old transaction, then ask for the migration again"
        : refusal.Contains("is in mode", StringComparison.Ordinal) ? "change the dataset's mode (idp dataset apply FILE --mode MODE), or ask by hand"
        : refusal.Contains("grace period", StringComparison.Ordinal) ? "wait until the grace period of the last move has ended"
        : refusal.Contains("not answer", StringComparison.Ordinal) ? "check the link between the regions (idp doctor)"
        : "correct what the error names, then ask for the migration again";
}
