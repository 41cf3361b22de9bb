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

    /// <summary>Move the primary's bytes to another storage tier; the region stays.</summary>
    ChangeTier,

    /// <summary>Keep one more copy, in <c>To</c>.</summary>
    AddReplica,

    /// <summary>Give up the copy in <c>From</c>.</summary>
    RemoveReplica,
}
