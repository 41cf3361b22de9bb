using System.Text.Json.Serialization;

namespace Idp.Core.Migrations;

/// <summary>Where a migration stands; the same words in Temporal, SQL, the API and the CLI.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MigrationPhase>))]
public enum MigrationPhase
{
    AwaitingApproval,
    Preparing,

    /// <summary>Each committed write at the source is logged for the target: the dual write.</summary>
    Capturing,
    Copying,
    Verifying,
    Switching,

    /// <summary>Moved; the reverse stream still permits an undo without loss.</summary>
    Grace,
    CleaningUp,
    Done,
    RollingBack,
    RolledBack,

    /// <summary>Failed three times; waits for an operator until a deadline.</summary>
    Parked,
    Failed,
}
