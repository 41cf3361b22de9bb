using System.Text.Json.Nodes;

namespace Idp.Cli.Tests;

internal sealed record IdpResult(int ExitCode, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output)!;
}
