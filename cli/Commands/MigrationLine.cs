using Idp.Cli.Output;
using Idp.Core.Migrations;

namespace Idp.Cli.Commands;

/// <summary>One migration in one line.</summary>
internal static class MigrationLine
{
    private const int BarWidth = 20;

    public static string Of(MigrationRecord migration)
    {
        List<string> parts = [migration.IsPaused ? $"{migration.Phase} (paused)" : migration.Phase.ToString()];
        if (migration is { Progress: { } progress, Phase: MigrationPhase.Copying })
        {
            parts.Add(progress.Share is { } share ? $"{share:P0}, {Text.Size(progress.SizeBytes)} of {Text.Size(progress.EstimatedBytes)}" : Text.Size(progress.SizeBytes));
            parts.Add($"{Text.Count(progress.RowCount)} rows");
            parts.Add($"{Text.Size((long)progress.BytesPerSecond)}/s");
            parts.Add($"{Text.Count(progress.LagKeys)} keys behind");
            if (migration.Eta is { } eta)
            {
                parts.Add($"{Text.Duration(eta)} left");
            }
        }

        if (migration.Attempt > 1)
        {
            parts.Add($"attempt {migration.Attempt}");
        }

        if (migration.WaitingFor is { } waiting)
        {
            parts.Add($"waiting for {waiting}");
        }

        if (migration.ParkedUntil is { } until)
        {
            parts.Add($"given up at {Text.Moment(until)} unless you resume or cancel it");
        }

        return string.Join(", ", parts);
    }

    /// <summary>What went wrong last and what to do, while that still matters; else null.</summary>
    public static string? Trouble(MigrationRecord migration) =>
        migration is { LastError: { } error, Phase: not MigrationPhase.Done } && (migration.FinishedAt is not null || migration.Attempt > 1 || migration.Phase is MigrationPhase.Parked)
            ? $"{error}; {migration.Remedy ?? Remedies.For(kind: null, error, migration.Id)}"
            : null;

    public static string Bar(MigrationRecord migration)
    {
        var share = migration.Phase switch
        {
            MigrationPhase.AwaitingApproval or MigrationPhase.Preparing or MigrationPhase.Capturing => 0,
            MigrationPhase.Copying => migration.Progress?.Share ?? 0,
            MigrationPhase.Parked or MigrationPhase.RollingBack or MigrationPhase.RolledBack or MigrationPhase.Failed => migration.Progress?.Share ?? 0,
            _ => 1,
        };
        var full = (int)Math.Round(share * BarWidth);
        return new string('█', full) + new string('░', BarWidth - full);
    }
}
