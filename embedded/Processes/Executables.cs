namespace Idp.Embedded;

/// <summary>Finds programs as a shell would.</summary>
internal static class Executables
{
    /// <returns>The absolute path of the first such file on PATH, or null.</returns>
    public static string? Find(string name) =>
        SearchPath(Environment.GetEnvironmentVariable("PATH")).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    public static IEnumerable<string> SearchPath(string? path) =>
        (path ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
