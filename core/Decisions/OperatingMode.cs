using System.Text.Json.Serialization;

namespace Idp.Core.Decisions;

/// <summary>How much the control plane may do by itself with one dataset.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OperatingMode>))]
public enum OperatingMode
{
    /// <summary>Measures and records what it would do.</summary>
    Observe,

    /// <summary>Shows its proposals to operators; starts nothing.</summary>
    Advise,

    /// <summary>Prepares each change; an operator starts it.</summary>
    Approve,

    /// <summary>Acts.</summary>
    Auto,
}
