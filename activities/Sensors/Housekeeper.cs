using Idp.Storage;
using Microsoft.Extensions.Options;

namespace Idp.Activities.Sensors;

/// <summary>Makes room in the control database: partitions to come, and what is past its retention.</summary>
internal sealed class Housekeeper(
    TelemetryStore telemetry, DecisionLog decisions, SnapshotStore snapshots, AlertLog alerts, ChargeLog charges, LoadLog loads, ReconciliationLog reconciliations, IOptions<PlaneOptions> options, TimeProvider clock)
{
    private const int PartitionDaysAhead = 7;
    private const int UnreadPeriods = 10;
    private const int SnapshotDays = 7; // Replays look back days, not months; decisions carry their own numbers.

    private static readonly TimeSpan Unread = TimeSpan.FromDays(2);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var oldest = today.AddDays(-options.Value.RetentionDays);
        await telemetry.EnsurePartitionsAsync(today, PartitionDaysAhead, cancellationToken);
        await telemetry.DropBeforeAsync(oldest, cancellationToken);

        // The strategic loop drops what it has looked at; this is for one that stands still.
        var unread = UnreadPeriods * options.Value.TelemetryPeriod;
        await telemetry.DropOperationsBeforeAsync(clock.GetUtcNow() - (unread > Unread ? unread : Unread), cancellationToken);
        await decisions.DropBeforeAsync(oldest, cancellationToken);
        await charges.DropBeforeAsync(oldest, cancellationToken);
        await loads.DropBeforeAsync(oldest, cancellationToken);
        await alerts.DropBeforeAsync(oldest, cancellationToken);
        await reconciliations.DropBeforeAsync(oldest, cancellationToken);
        await snapshots.DropBeforeAsync(today.AddDays(-SnapshotDays), cancellationToken);
    }
}
