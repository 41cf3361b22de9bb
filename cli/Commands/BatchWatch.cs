using System.Collections.Immutable;
using Idp.Api;
using Idp.Cli.Planes;
using Idp.Core.Migrations;
using Idp.Storage;

namespace Idp.Cli.Commands;

/// <summary>Follows many objects until each has an outcome; grace periods go on by themselves.</summary>
internal sealed class BatchWatch(Plane plane, TextWriter talk)
{
    private const int MaxFailures = 100;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(300);

    /// <param name="started">A time stamp of <see cref="TimeProvider.System"/> from before the request.</param>
    public async Task<BatchReport> WaitAsync(BatchPlan plan, long started, CancellationToken cancellationToken)
    {
        var log = plane.Get<BatchLog>();
        var open = plan.Groups.Select(group => group.Batch!.Value).ToList();
        var settled = new List<BatchRecord>();
        while (open.Count > 0)
        {
            foreach (var id in open.ToArray())
            {
                if (await log.FindAsync(id, cancellationToken) is { } batch && (batch.SettledAt ?? batch.FinishedAt) is not null)
                {
                    settled.Add(batch);
                    open.Remove(id);
                    await talk.WriteLineAsync($"idp: {batch.Id} from {batch.Source}: {batch.Counts.Moved} moved, {batch.Counts.RolledBack} rolled back, {batch.Counts.Refused} refused");
                }
            }

            await Task.Delay(Period, TimeProvider.System, cancellationToken);
        }

        var alone = await WaitForSinglesAsync(plan, cancellationToken);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var moved = settled.Sum(batch => batch.Counts.Moved) + alone;
        var failures = ImmutableArray.CreateBuilder<BatchMember>();
        foreach (var batch in settled.Where(batch => batch.Counts.RolledBack + batch.Counts.Refused > 0))
        {
            failures.AddRange((await log.ListMembersAsync(batch.Id, cancellationToken)).Where(member => member.Refusal is not null || member.Phase is MigrationPhase.RolledBack or MigrationPhase.Failed));
        }

        return new BatchReport(
            plan.Objects,
            moved,
            settled.Sum(batch => batch.Counts.RolledBack),
            settled.Sum(batch => batch.Counts.Refused),
            seconds,
            moved / seconds,
            [.. failures.Take(MaxFailures)]);
    }

    /// <returns>How many of them have moved.</returns>
    private async Task<int> WaitForSinglesAsync(BatchPlan plan, CancellationToken cancellationToken)
    {
        var moved = 0;
        foreach (var single in plan.Alone.Where(single => single.Migration is not null))
        {
            var request = new MigrationRequest(single.Migration!.Value, single.Object, plan.To, string.Empty, string.Empty);
            var ended = await new MigrationWatch(plane, talk).WaitAsync(request, cancellationToken);
            moved += ended.Migration.Phase is MigrationPhase.Grace or MigrationPhase.CleaningUp or MigrationPhase.Done ? 1 : 0;
        }

        return moved;
    }
}
