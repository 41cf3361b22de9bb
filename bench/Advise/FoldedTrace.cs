using System.Globalization;
using System.IO.Compression;
using System.Text;
using Idp.Simulation;
using Idp.Simulation.Traces;

namespace Idp.Bench.Advise;

/// <summary>The sample trace, twelve years of it, folded onto four weeks and repeated with new users until it has enough rows.</summary>
/// <remarks>
/// Hour, weekday, region and who comes back where are the trace's own. Each repetition moves an access by up to half an hour and gives its user
/// another name, so that objects, not only rows, become more. Sorted by time, as logs are.
/// </remarks>
internal static class FoldedTrace
{
    private const int Week = 7 * 86_400;
    private const int Weeks = 4;
    private const int FirstMonday = 4 * 86_400; // 1970-01-05.
    private const int HalfHour = 1_800;

    private static readonly long From = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>Writes the log as gzipped CSV.</summary>
    public static void Write(string path, int rows)
    {
        using var stored = SampleData.OpenTrace();
        Access[] trace = [.. new TraceReader(SampleData.RoundTrips().Regions).Read(stored)];
        var random = new Random(1);
        var folded = Enumerable.Range(0, rows)
            .Select(row => (Access: trace[row % trace.Length], Copy: row / trace.Length))
            .Select(entry => (At: Fold(entry.Access.At.ToUnixTimeSeconds(), entry.Copy == 0 ? 0 : random.Next(-HalfHour, HalfHour)), entry.Access, entry.Copy))
            .OrderBy(entry => entry.At);
        using var csv = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        csv.WriteLine("unix_time,region,user,op");
        foreach (var (at, access, copy) in folded)
        {
            csv.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at},{access.Region},users/{access.User}-{copy},update"));
        }
    }

    private static long Fold(long unixTime, int shift)
    {
        var (week, second) = Math.DivRem(unixTime - FirstMonday, Week);
        return From + (week % Weeks * Week) + ((second + shift + Week) % Week);
    }
}
