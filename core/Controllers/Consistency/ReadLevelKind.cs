using System.Text.Json.Serialization;

namespace Idp.Core.Controllers.Consistency;

/// <summary>What a read may miss, strictest first; the default is the strictest.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReadLevelKind>))]
public enum ReadLevelKind
{
    /// <summary>Nothing.</summary>
    Strong,

    /// <summary>Writes younger than a bound, its own among them.</summary>
    Bounded,

    /// <summary>Writes of other sessions; its own it always sees.</summary>
    Session,

    /// <summary>Any write, for a while.</summary>
    Eventual,
}
