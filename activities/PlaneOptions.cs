using System.ComponentModel.DataAnnotations;
using Idp.Core;

namespace Idp.Activities;

/// <summary>What the processes of the control plane share.</summary>
public sealed class PlaneOptions
{
    public const string Section = "Idp";

    /// <summary>Npgsql connection string of the control database.</summary>
    [Required]
    public string ControlDatabase { get; set; } = string.Empty;

    /// <summary>JSON file with every region's endpoint; holds passwords, so only its owner may read it.</summary>
    [Required]
    public string RegionsFile { get; set; } = string.Empty;

    /// <summary>CSV matrix of round trips between regions, in milliseconds.</summary>
    [Required]
    public string RoundTripsFile { get; set; } = string.Empty;

    /// <summary>Folder of policy files; empty for the shipped catalog.</summary>
    public string PoliciesFolder { get; set; } = string.Empty;

    /// <summary>The environment that policies select by, for example <c>production</c>; empty when unknown.</summary>
    public string Environment { get; set; } = string.Empty;

    /// <summary>A <see cref="VirtualClock"/> as text, for replays; empty for real time.</summary>
    public string Clock { get; set; } = string.Empty;

    /// <summary>How long an undo stays possible after a switch; until then the old copy is kept current.</summary>
    /// <value>Default 1 hour. From 0 to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a migration waits for an operator's approval.</summary>
    /// <value>Default 24 hours. From 1 minute to 30 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan ApprovalTimeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a migration whose step has failed three times waits for an operator's decision before it is given up.</summary>
    /// <value>Default 4 hours. From 1 second to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan ParkTimeout { get; set; } = TimeSpan.FromHours(4);

    /// <summary>How long migrations of the same dataset by the same route are refused after one has failed.</summary>
    /// <value>Default 24 hours; 0 refuses none. From 0 to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan QuarantineFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Most migrations of the fleet that copy at once; further ones wait in Preparing. Grace does not count.</summary>
    /// <value>Default 32. From 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int MaxOpenMigrations { get; set; } = 32;

    /// <summary>Most migrations from one region to another that copy at once.</summary>
    /// <value>Default 16. From 1 to 1,000.</value>
    [Range(1, 1_000)]
    public int MaxOpenMigrationsPerRoute { get; set; } = 16;

    /// <summary>A migration that was not heard of for so long loses its slot to the next one.</summary>
    /// <value>Default 5 minutes. From 30 seconds to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:30", "1.00:00:00")]
    public TimeSpan SlotLease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Objects of each region whose store is compared with the catalog in one strategic turn; the next turn goes on there.</summary>
    /// <value>Default 5,000. From 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int SweepRows { get; set; } = 5_000;

    /// <summary>How often clients report, by the plane's clock; readings older than two of these widen the bands.</summary>
    /// <value>Default 1 minute. From 1 second to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan TelemetryPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an open migration may be silent before the strategic loop asks whether its saga still runs.</summary>
    /// <value>Default 2 minutes. From 5 seconds to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan OrphanAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Days of telemetry minutes, decisions and snapshots to keep, by the plane's clock.</summary>
    /// <value>Default 90. From 1 to 3,650.</value>
    [Range(1, 3_650)]
    public int RetentionDays { get; set; } = 90;
}
