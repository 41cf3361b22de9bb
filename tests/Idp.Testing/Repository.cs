namespace Idp.Testing;

/// <summary>Where the sources lie, seen from a built test.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static DirectoryInfo Root { get; } = Find();

    private static DirectoryInfo Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IdpWorkflows.sln")))
        {
            folder = folder.Parent;
        }

        return folder ?? throw new InvalidOperationException($"There is no IdpWorkflows.sln above {AppContext.BaseDirectory}.");
    }
}
