using System.Text.Json.Serialization;

namespace Idp.Core.Decisions;

/// <summary>What the arbiter made of a proposal.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DecisionOutcome>))]
public enum DecisionOutcome
{
    /// <summary>A migration starts, after approval where the dataset's mode asks for it.</summary>
    Migrate,

    /// <summary>The controller itself proposed to leave the object as it is.</summary>
    Hold,

    /// <summary>A policy forbids it; proposing it again changes nothing until a policy does.</summary>
    Denied,

    /// <summary>Not now: paused, only advised, already changing, or no free slot.</summary>
    Deferred,
}
