namespace Idp.Bench.ClosedLoop;

/// <summary>Where tables and charts go that are too large for the figures.</summary>
internal static class Results
{
    /// <returns><c>bench/results</c> of the checkout that the program lies in; the working directory outside one.</returns>
    public static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var results = Path.Combine(folder.FullName, "bench", "results");
            if (Directory.Exists(results))
            {
                return results;
            }
        }

        return Environment.CurrentDirectory;
    }
}
