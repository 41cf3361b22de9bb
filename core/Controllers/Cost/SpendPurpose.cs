using System.Text.Json.Serialization;

namespace Idp.Core.Controllers.Cost;

/// <summary>Whether money served somebody.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SpendPurpose>))]
public enum SpendPurpose
{
    /// <summary>An object's or a service's own.</summary>
    Used,

    /// <summary>Paid for and not used.</summary>
    Idle,

    /// <summary>Of the plane itself; nobody's in particular.</summary>
    Overhead,
}
