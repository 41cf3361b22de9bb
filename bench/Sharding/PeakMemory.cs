using System.Globalization;

namespace Idp.Bench.Sharding;

/// <summary>The most memory the process held since the last reset, problem included.</summary>
internal static class PeakMemory
{
    private const string Status = "/proc/self/status";
    private const string Clear = "/proc/self/clear_refs"; // "5" sets the high-water mark to what is held now (proc(5)).
    private const double BytesPerGb = 1e9;
    private const double BytesPerKib = 1_024;

    /// <value>In gigabytes of 1e9 bytes; what is held now where the system keeps no high-water mark.</value>
    public static double Gb
    {
        get
        {
            var line = File.Exists(Status)
                ? File.ReadLines(Status).FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal))
                : null;
            return line is null
                ? Environment.WorkingSet / BytesPerGb
                : double.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * BytesPerKib / BytesPerGb;
        }
    }

    /// <summary>Frees what nobody holds any more, and counts from there.</summary>
    public static void Reset()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (File.Exists(Clear))
        {
            File.WriteAllText(Clear, "5");
        }
    }
}
