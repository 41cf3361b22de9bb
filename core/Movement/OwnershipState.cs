using System.Text.Json.Serialization;

namespace Idp.Core.Movement;

/// <summary>What one store knows of one object's ownership (MOVEMENT.md).</summary>
/// <remarks>Replicas and packed copies get states of their own when those movements land.</remarks>
[JsonConverter(typeof(JsonStringEnumConverter<OwnershipState>))]
public enum OwnershipState
{
    /// <summary>Never seen here. As a row it only carries the attempt fence.</summary>
    Absent,

    /// <summary>This store accepts the object's transactions.</summary>
    Owned,

    /// <summary>Owned, but no transaction may enter until the switch commits or the freeze expires.</summary>
    Frozen,

    /// <summary>Ownership went to <see cref="Ownership.ForwardTo"/>. Stays as a tombstone for good.</summary>
    Moved,

    /// <summary>A copy is being built by exactly one attempt.</summary>
    Importing,

    /// <summary>Not here: an attempt was undone, and its epoch must stay refused.</summary>
    Fenced,
}
