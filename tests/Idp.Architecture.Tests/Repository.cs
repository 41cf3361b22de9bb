namespace Idp.Architecture.Tests;

/// <summary>The source tree as text.</summary>
internal static class Repository
{
    private static readonly string[] Generated = [".git", ".idp", ".vs", "bin", "obj", "TestResults"];
    private static readonly string[] Binary = [".gz", ".png", ".ico"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every text file that belongs to the project, relative to the root, with '/'.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. Walk(Root).Select(Relative).Where(path => !Binary.Contains(Path.GetExtension(path), StringComparer.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public static IEnumerable<string> CSharp => Files.Where(path => path.EndsWith(".cs", StringComparison.Ordinal));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Line numbers begin with 1.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(string path) =>
        Read(path).Split('\n').Index().Select(line => (line.Index + 1, line.Item));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Fails with everything found, one a line.</summary>
    public static void AssertNone(IEnumerable<string> violations)
    {
        string[] found = [.. violations];
        Assert.True(found.Length == 0, Environment.NewLine + string.Join(Environment.NewLine, found));
    }

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder)
        .Where(path => Path.GetFileName(path) != ".git") // A worktree has a file of that name.
        .Concat(Directory.EnumerateDirectories(folder)
            .Where(child => !Generated.Contains(Path.GetFileName(child), StringComparer.Ordinal))
            .SelectMany(Walk));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "IdpWorkflows.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds IdpWorkflows.sln; run the tests from a checkout.");
    }
}
