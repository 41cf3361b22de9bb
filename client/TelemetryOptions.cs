using Idp.Core.Telemetry;

namespace Idp.Client;

/// <summary>How accesses are reported to the control plane.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Delivers a batch; called again with the same batch id after a failure.</summary>
    /// <value>Default: <c>POST /api/v1/telemetry</c> of <see cref="RoutingOptions.ControlPlane"/>; without that nothing is recorded.</value>
    public Func<TelemetryBatch, CancellationToken, Task>? Deliver { get; set; }

    /// <summary>Tells in which minute an access falls. A replay gives the clock of its trace.</summary>
    /// <value>Default <see cref="IdpDataSourceBuilder.TimeProvider"/>.</value>
    public TimeProvider? Clock { get; set; }

    /// <summary>Time between two reports.</summary>
    /// <value>Default 10 s: several a minute, so that a loop of one minute sees the last. Above 0.</value>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Most rows (minute, object, region) that wait; accesses beyond are dropped and counted. Bounds memory: about 1 KB a row.</summary>
    /// <value>Default 20,000. From 1.</value>
    public int MaxPendingRows { get; set; } = 20_000;

    /// <summary>Most rows in one batch.</summary>
    /// <value>Default 1,000: about 200 KB of JSON. From 1.</value>
    public int MaxBatchRows { get; set; } = 1_000;

    /// <summary>Most operations reported one by one between two reports, by which the control plane learns which reads must be strong.</summary>
    /// <value>
    /// Default 200: about 25 KB of JSON. Beyond, whole objects are left out, the same in every process. From 0 to 2,000, so that a batch stays below the 1 MiB that is accepted; with 0 nothing is
    /// reported one by one, and since all writers of an object must be seen, nothing is learned from the other processes either.
    /// </value>
    public int MaxOperations { get; set; } = 200;

    /// <summary>Longest wait for one delivery, and for the last at disposal.</summary>
    /// <value>Default 10 s. Above 0.</value>
    public TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromSeconds(10);

    internal IEnumerable<string> Errors()
    {
        if (FlushInterval <= TimeSpan.Zero)
        {
            yield return $"Telemetry.FlushInterval is {FlushInterval}; expected above 0.";
        }

        if (MaxPendingRows < 1 || MaxBatchRows < 1)
        {
            yield return $"Telemetry.MaxPendingRows is {MaxPendingRows} and Telemetry.MaxBatchRows {MaxBatchRows}; expected 1 or more.";
        }

        if (MaxOperations is < 0 or > 2_000)
        {
            yield return $"Telemetry.MaxOperations is {MaxOperations}; expected 0 to 2,000.";
        }

        if (DeliveryTimeout <= TimeSpan.Zero)
        {
            yield return $"Telemetry.DeliveryTimeout is {DeliveryTimeout}; expected above 0.";
        }
    }
}
