using System.Text.Json.Serialization;

namespace Idp.Core.Decisions;

/// <summary>What a controller wants for one object.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProposalKind>))]
public enum ProposalKind
{
    /// <summary>Leave the object as it is.</summary>
    Hold,

    /// <summary>Move the primary to another region.</summary>
    Migrate,
}
