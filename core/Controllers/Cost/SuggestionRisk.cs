using System.Text.Json.Serialization;

namespace Idp.Core.Controllers.Cost;

/// <summary>What may go wrong with a suggestion.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SuggestionRisk>))]
public enum SuggestionRisk
{
    /// <summary>Undone in minutes; callers notice nothing.</summary>
    Low,

    /// <summary>Callers may wait longer until it is undone.</summary>
    Medium,

    /// <summary>A wrong forecast fails callers, or undoing takes days.</summary>
    High,
}
