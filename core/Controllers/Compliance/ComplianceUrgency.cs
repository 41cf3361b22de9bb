using System.Text.Json.Serialization;

namespace Idp.Core.Controllers.Compliance;

/// <summary>How fast a violation must end; a policy's priority.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComplianceUrgency>))]
public enum ComplianceUrgency
{
    Low,
    Medium,
    High,
    Critical,
}
