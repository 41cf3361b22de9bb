using System.Text.Json.Serialization;

namespace Idp.Api;

/// <summary>What an operator can do to a running migration; the names are those of its workflow's updates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MigrationAction>))]
public enum MigrationAction
{
    Approve,
    Reject,

    /// <summary>Stops it, a running copy within seconds; after the switch, keeps the old copy.</summary>
    Pause,

    /// <summary>Lets a paused one go on, and a parked one try the failed step again.</summary>
    Resume,

    /// <summary>Before the switch commits, also while parked or paused: back to the former state.</summary>
    Cancel,

    /// <summary>During grace: moves the object back without loss.</summary>
    Revert,
}
