using System.Text.Json.Nodes;

namespace Idp.DevServer.Tests.Differential;

/// <summary>A story could not be told to its end; the message shows how far it came.</summary>
internal sealed class ScenarioFailedException(JsonObject transcript, Exception failure)
    : Exception($"{failure.GetType().Name}: {failure.Message}\nSo far:\n{Golden.Print(transcript)}", failure)
{
    /// <value>What was noted until then.</value>
    public JsonObject Transcript => transcript;
}
