using System.Text.Json.Serialization;

namespace Idp.Storage;

[JsonConverter(typeof(JsonStringEnumConverter<AlertSeverity>))]
public enum AlertSeverity
{
    /// <summary>Look at it today.</summary>
    Warning,

    /// <summary>Something waits for a decision, or does not get on by itself.</summary>
    Critical,
}
