using Idp.Core.Prices;

namespace Idp.Bench.Controllers;

/// <summary>Finds the data that the scenarios read: the repository's samples, and the demand files beside it.</summary>
internal static class DataFolders
{
    /// <exception cref="InvalidOperationException">The sample prices have errors; all are named.</exception>
    public static PriceList Prices(DateOnly day)
    {
        using var csv = File.OpenText(Path.Combine(Find(Path.Combine("samples", "prices")), "aws-list-2023.csv"));
        var result = PriceFile.Read(csv);
        return result.Book?.At(day) ?? throw new InvalidOperationException(string.Join(Environment.NewLine, result.Errors));
    }

    public static IEnumerable<string> DemandFiles() =>
        Directory.GetFiles(Find(Path.Combine("shared", "data", "demand")), "*.csv").Order(StringComparer.Ordinal);

    private static string Find(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var found = Path.Combine(folder.FullName, relative);
            if (Directory.Exists(found))
            {
                return found;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds {relative}; the demand files belong beside the repository.");
    }
}
