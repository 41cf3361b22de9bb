using System.Text.Json.Serialization;

namespace Idp.Core.Controllers.Compliance;

/// <summary>What a copy is to its object.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CopyRole>))]
public enum CopyRole
{
    Primary,
    Replica,
}
