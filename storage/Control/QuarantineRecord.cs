using System.Globalization;
using Idp.Core;

namespace Idp.Storage;

/// <summary>Similar migrations are refused, since one of them failed.</summary>
/// <param name="Migration">The one that failed.</param>
/// <param name="LiftedBy">Who ended it early; <see langword="null"/> when nobody did.</param>
public sealed record QuarantineRecord(
    long Id,
    DatasetId Dataset,
    RegionId Source,
    RegionId Target,
    MigrationId Migration,
    string Error,
    DateTimeOffset Since,
    DateTimeOffset Until,
    string? LiftedBy,
    string? LiftNote,
    DateTimeOffset? LiftedAt)
{
    /// <summary>Why a similar migration is refused, until when, and what lifts it.</summary>
    public string Because => string.Create(
        CultureInfo.InvariantCulture,
        $"migrations of {Dataset} from {Source} to {Target} are refused until {Until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, since {Migration} failed: {Error}; when the cause is removed, 'idp migration quarantine lift {Id} --note WHY' lifts it");
}
