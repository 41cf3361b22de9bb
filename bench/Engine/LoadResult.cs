namespace Idp.Bench.Engine;

/// <param name="P50Ms">Half of the activities started within so many milliseconds of being scheduled.</param>
/// <param name="MemoryMb">Resident memory of the server afterwards, in MiB.</param>
/// <param name="Failures">Workflows that did not complete.</param>
internal sealed record LoadResult(double WorkflowsPerSecond, double SignalsPerSecond, double P50Ms, double P99Ms, double MemoryMb, int Failures);
