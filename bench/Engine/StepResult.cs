namespace Idp.Bench.Engine;

/// <param name="P50Ms">Half of the activities started within so many milliseconds of being scheduled.</param>
/// <param name="MemoryMb">Resident memory of the server afterwards, in MiB.</param>
/// <param name="Failed">Workflows that did not complete.</param>
/// <param name="Unfinished">Workflows that took longer than the bench waits.</param>
internal sealed record StepResult(double WorkflowsPerSecond, double P50Ms, double P99Ms, double MemoryMb, int Failed, int Unfinished);
