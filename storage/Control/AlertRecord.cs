using Idp.Core;

namespace Idp.Storage;

/// <summary>Something that an operator should look at.</summary>
/// <param name="Kind">For example <c>migration</c> or <c>quarantine</c>.</param>
/// <param name="Subject">The thing: a migration's id, a dataset and its route.</param>
/// <param name="Since">When it began, however often its text has changed.</param>
/// <param name="ExpiresAt">When it ends by itself; <see langword="null"/> when it does not.</param>
/// <param name="ClearedAt"><see langword="null"/> while it lasts.</param>
public sealed record AlertRecord(
    long Id,
    AlertSeverity Severity,
    string Kind,
    string Subject,
    string Summary,
    string Remedy,
    MigrationId? Migration,
    DateTimeOffset Since,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? ClearedAt);
