using System.Collections;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Idp.DevServer.Tests.Differential;

/// <summary>The genuine <c>temporal</c> command line as a client of the server under test.</summary>
internal static class Cli
{
    /// <summary>Stories whose names begin so need the command line, on the embedded engine too.</summary>
    public const string Prefix = "CommandLine";

    public static async Task<JsonObject> RunAsync(ServerUnderTest server, string[] arguments, Normalizer normalizer, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(server.Cli ?? throw new FileNotFoundException("There is no temporal command line."))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in (string[])[.. arguments, "--address", server.Address, "--identity", Session.Identity, "--color", "never", "--time-format", "iso"])
        {
            start.ArgumentList.Add(argument);
        }

        // The user's own settings speak of another server.
        foreach (var name in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key)
            .Where(name => name.StartsWith("TEMPORAL_", StringComparison.Ordinal)))
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new JsonObject
        {
            ["exit"] = process.ExitCode,
            ["out"] = Parse(await output, server, normalizer),
            ["err"] = Lines(await errors, server, normalizer),
        };
    }

    private static JsonNode? Parse(string output, ServerUnderTest server, Normalizer normalizer)
    {
        try
        {
            return output.Length == 0 ? null : normalizer.Json(JsonNode.Parse(output));
        }
        catch (JsonException)
        {
            return Lines(output, server, normalizer);
        }
    }

    // Tables are padded to their widest cell, which may be an id; so runs of blanks count as one.
    private static JsonArray Lines(string text, ServerUnderTest server, Normalizer normalizer) =>
    [
        .. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Select(line => (JsonNode)string.Join(
            ' ', normalizer.Text(line.Replace(server.Address, "‹address›", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries))),
    ];
}
