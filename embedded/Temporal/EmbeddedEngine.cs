using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Idp.Embedded;

/// <summary>The workflow engine that we ship: a Temporal-compatible server, built beside every program of ours.</summary>
public static class EmbeddedEngine
{
    internal const string ProgramName = "idp-devserver";

    /// <summary>Begins the line that the engine prints once it serves.</summary>
    internal const string ServesText = "Temporal Server:";

    private const string RuntimeVariable = "DOTNET_ROOT";

    /// <summary>Variables with which the program finds the runtime that we ourselves run on, wherever that is installed.</summary>
    public static IReadOnlyDictionary<string, string?> Environment { get; } =
        ImmutableDictionary<string, string?>.Empty.Add(RuntimeVariable, RuntimeFolder());

    /// <returns>The path of the program.</returns>
    /// <exception cref="EmbeddedServerException">It was not built beside us.</exception>
    public static string Find()
    {
        var path = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{ProgramName}.exe" : ProgramName);
        return File.Exists(path) ? path : throw new EmbeddedServerException($"The embedded engine is not at {path}. Build the whole solution.");
    }

    /// <summary>Whether a program is the embedded engine.</summary>
    public static bool Is(string program) => Path.GetFileNameWithoutExtension(program) == ProgramName;

    // ROOT/shared/Microsoft.NETCore.App/VERSION/
    private static string RuntimeFolder() =>
        System.Environment.GetEnvironmentVariable(RuntimeVariable) is { Length: > 0 } given
            ? given
            : Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
