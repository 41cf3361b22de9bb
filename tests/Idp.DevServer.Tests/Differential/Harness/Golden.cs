using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Idp.Testing;

namespace Idp.DevServer.Tests.Differential;

/// <summary>What the genuine server answered, kept beside the sources.</summary>
internal static class Golden
{
    /// <summary>Set to 1, the genuine server's transcripts replace the files.</summary>
    private const string RecordVariable = "IDP_RECORD_GOLDENS";

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonSerializerOptions Compact { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool Recording => Environment.GetEnvironmentVariable(RecordVariable) is "1";

    private static string Folder { get; } =
        Path.Combine(Repository.Root.FullName, "tests", "Idp.DevServer.Tests", "Differential", "Goldens");

    public static string Print(JsonNode node) => node.ToJsonString(Format);

    public static JsonObject Read(string scenario)
    {
        var path = PathOf(scenario);
        return File.Exists(path)
            ? JsonNode.Parse(File.ReadAllText(path))!.AsObject()
            : throw new FileNotFoundException($"'{scenario}' has no golden file; record it with {RecordVariable}=1 where the genuine server is.");
    }

    public static void Write(string scenario, JsonObject transcript) => File.WriteAllText(PathOf(scenario), Print(transcript) + "\n");

    /// <returns>Names of all files.</returns>
    public static IEnumerable<string> Names() => Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!);

    private static string PathOf(string scenario) => Path.Combine(Folder, $"{scenario}.json");
}
