using System.Globalization;
using System.Text.RegularExpressions;

namespace Idp.Bench.Movement;

/// <summary>Loads the source with PostgreSQL's own load generator.</summary>
internal static partial class PgBench
{
    /// <param name="script">Of pgbench; its statements are prepared.</param>
    /// <param name="processors">As taskset lists them; null for any.</param>
    public static async Task<double> TransactionsPerSecondAsync(
        TwoStores stores, string script, int clients, int seconds, CancellationToken cancellationToken, string? processors = null)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script, cancellationToken);
            var pinned = processors is null ? string.Empty : $"taskset -c {processors} ";
            var (_, output) = await Shell.RunAsync(
                string.Create(CultureInfo.InvariantCulture, $"{pinned}pgbench -n -M prepared -c {clients} -j 1 -T {seconds} -f {file} \"$SOURCE\""),
                stores.Source,
                stores.Target,
                cancellationToken);
            return double.Parse(Tps().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();
}
