using System.Collections.Immutable;
using System.Globalization;

namespace Idp.Simulation.Workloads;

/// <summary>Real hourly demand of one object store, of <c>samples/demand</c>.</summary>
/// <param name="Gets">Reads by hour.</param>
/// <param name="Puts">Writes by hour; deletes are not among them.</param>
/// <param name="GetBytes">Bytes read by hour.</param>
public sealed record DemandFile(string Name, ImmutableArray<double> Gets, ImmutableArray<double> Puts, ImmutableArray<double> GetBytes)
{
    private const string Prefix = "demand/";

    /// <value>All twelve, by name.</value>
    public static ImmutableArray<DemandFile> All { get; } =
    [
        .. typeof(DemandFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Read),
    ];

    public int Hours => Gets.Length;

    private static DemandFile Read(string resource)
    {
        using var csv = new StreamReader(typeof(DemandFile).Assembly.GetManifestResourceStream(resource)!);
        var columns = csv.ReadLine()!.Split(',');
        var rows = new List<double[]>();
        while (csv.ReadLine() is { Length: > 0 } line)
        {
            rows.Add([.. line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))]);
        }

        ImmutableArray<double> Column(string name)
        {
            var index = Array.IndexOf(columns, name);
            return [.. rows.Select(row => row[index])];
        }

        return new DemandFile(resource[Prefix.Length..], Column("GetCount"), Column("PutCount"), Column("GetBytes"));
    }
}
