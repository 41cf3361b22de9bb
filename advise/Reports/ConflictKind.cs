using System.Text.Json.Serialization;

namespace Idp.Advise.Reports;

/// <summary>How data meets a policy that is against it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConflictKind>))]
public enum ConflictKind
{
    /// <summary>It is in a region where it must not be.</summary>
    PlacedWhereForbidden,

    /// <summary>Callers in a region where it must not be ask for it: they will go on waiting.</summary>
    DemandedWhereForbidden,
}
