using System.Diagnostics;

namespace Idp.Bench.Sharding;

/// <summary>Time on the wall, and the processor time this process got in it: on a shared machine the two tell different stories.</summary>
internal readonly record struct CpuClock(long StartedAt, TimeSpan CpuAtStart)
{
    public Reading Elapsed => new(Stopwatch.GetElapsedTime(StartedAt).TotalSeconds, (Cpu() - CpuAtStart).TotalSeconds);

    public static CpuClock Start() => new(Stopwatch.GetTimestamp(), Cpu());

    private static TimeSpan Cpu()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    /// <param name="CpuSeconds">Of all threads together.</param>
    internal readonly record struct Reading(double Seconds, double CpuSeconds);
}
