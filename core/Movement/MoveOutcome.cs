using System.Text.Json.Serialization;

namespace Idp.Core.Movement;

/// <summary>How an attempt ended, as its source store has written it down.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MoveOutcome>))]
public enum MoveOutcome
{
    /// <summary>It can never commit; everything it made may be undone.</summary>
    Voided,

    /// <summary>The object belongs to the target; from here only forward.</summary>
    Moved,
}
