using System.Globalization;

namespace Idp.Bench.Forecasting;

/// <summary>One hourly series of a demand file.</summary>
/// <param name="Counts">One an hour, without gaps.</param>
internal sealed record DemandSeries(string Name, double[] Counts)
{
    /// <value>Share of hours with any demand.</value>
    public double Filled => Counts.Count(count => count > 0) / (double)Counts.Length;

    /// <summary>Reads a column of every <c>../shared/data/demand/*.csv</c> that has any demand in it, by file name.</summary>
    /// <exception cref="DirectoryNotFoundException">No folder above the program holds <c>shared/data/demand</c>.</exception>
    public static IReadOnlyList<DemandSeries> ReadAll(string column) =>
    [
        .. Directory.GetFiles(Folder(), "*.csv").Order(StringComparer.Ordinal)
            .Select(path => new DemandSeries(Path.GetFileNameWithoutExtension(path), ReadColumn(path, column)))
            .Where(series => series.Filled > 0),
    ];

    private static double[] ReadColumn(string path, string column)
    {
        var lines = File.ReadAllLines(path);
        var index = Array.IndexOf(lines[0].Split(','), column);
        return [.. lines.Skip(1).Where(line => line.Length > 0).Select(line => double.Parse(line.Split(',')[index], CultureInfo.InvariantCulture))];
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var demand = Path.Combine(folder.FullName, "shared", "data", "demand");
            if (Directory.Exists(demand))
            {
                return demand;
            }
        }

        throw new DirectoryNotFoundException("The demand files are absent: place the data folder beside the repository (../shared/data/demand).");
    }
}
