using System.Text.Json.Serialization;

namespace Idp.Api;

/// <summary>What an operator can do to a running migration; the names are those of its workflow's updates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MigrationAction>))]
public enum MigrationAction
{
    Approve,
    Reject,

    /// <summary>Stops before the next phase; the running one finishes.</summary>
    Pause,
    Resume,

    /// <summary>Before the switch commits: back to the former state.</summary>
    Cancel,

    /// <summary>During grace: moves the object back without loss.</summary>
    Revert,
}
