using System.Text.Json.Serialization;

namespace Idp.Api;

/// <summary>What an operator can do to a running evacuation; the names are those of its workflow's updates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EvacuationAction>))]
public enum EvacuationAction
{
    /// <summary>Cuts no more batches; those under way go on.</summary>
    Pause,
    Resume,

    /// <summary>Stops what has not committed, and lifts the drain. What has moved stays moved.</summary>
    Cancel,
}
