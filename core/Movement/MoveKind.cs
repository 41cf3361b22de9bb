using System.Text.Json.Serialization;

namespace Idp.Core.Movement;

/// <summary>What an attempt does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MoveKind>))]
public enum MoveKind
{
    /// <summary>Copies an object to a store that does not have it.</summary>
    Move,

    /// <summary>Hands an object back, while the grace period's reverse stream has kept the old copy current.</summary>
    Undo,
}
