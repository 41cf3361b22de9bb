using System.Collections.Immutable;
using System.Globalization;

namespace Idp.Simulation.Workloads;

/// <summary>Real hourly demand of one object store, of <c>samples/demand</c>.</summary>
/// <param name="Gets">Reads by hour.</param>
/// <param name="Puts">Writes by hour; deletes are not among them.</param>
public sealed record DemandFile(string Name, ImmutableArray<double> Gets, ImmutableArray<double> Puts)
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
        var (get, put) = (Array.IndexOf(columns, "GetCount"), Array.IndexOf(columns, "PutCount"));
        var gets = ImmutableArray.CreateBuilder<double>();
        var puts = ImmutableArray.CreateBuilder<double>();
        while (csv.ReadLine() is { Length: > 0 } line)
        {
            var cells = line.Split(',');
            gets.Add(double.Parse(cells[get], CultureInfo.InvariantCulture));
            puts.Add(double.Parse(cells[put], CultureInfo.InvariantCulture));
        }

        return new DemandFile(resource[Prefix.Length..], gets.ToImmutable(), puts.ToImmutable());
    }
}
