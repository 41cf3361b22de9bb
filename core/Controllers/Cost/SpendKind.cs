using System.Text.Json.Serialization;

namespace Idp.Core.Controllers.Cost;

/// <summary>What money was spent on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SpendKind>))]
public enum SpendKind
{
    Storage,

    /// <summary>Virtual CPUs, by instance type.</summary>
    Compute,

    /// <summary>Bytes sent out to callers.</summary>
    Bandwidth,

    /// <summary>Bytes sent to other regions.</summary>
    Egress,

    /// <summary>Moves and copies.</summary>
    Migration,

    Monitoring,
}
