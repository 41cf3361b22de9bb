using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Idp.Bench;

/// <summary>What one bench measured, where, and on which commit.</summary>
internal sealed record BenchReport(string Bench, string Commit, string Machine, IReadOnlyDictionary<string, double> Figures)
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    public string ToTable()
    {
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{Bench} at {Commit} on {Machine}");
        foreach (var (name, figure) in Figures)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"  {name,-36} {figure,14:#,0.###}");
        }

        return table.ToString();
    }
}
