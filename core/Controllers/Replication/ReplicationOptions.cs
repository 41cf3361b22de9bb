using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Controllers.Replication;

/// <summary>How many copies an object has, and where.</summary>
public sealed class ReplicationOptions : IValidatableObject
{
    public const string Section = "Controllers:Replication";

    /// <summary>Least copies of any object, the primary included; nothing is removed below it.</summary>
    /// <value>Default 2. From 1 to 16.</value>
    [Range(1, 16)]
    public int DurabilityMinimum { get; set; } = 2;

    /// <summary>Most copies, the primary included: each write is sent to all of them.</summary>
    /// <value>Default 5. From 1 to 16, and at least <see cref="DurabilityMinimum"/>.</value>
    [Range(1, 16)]
    public int MaxWriteAmplification { get; set; } = 5;

    /// <summary>Share β of a region's failures that strike all regions at once: one provider, one configuration, one operator.</summary>
    /// <value>Default 0.05; IEC 61508-6 puts separated equipment at 0.01 to 0.1. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double CommonModeShare { get; set; } = 0.05;

    /// <summary>Share of the time that a region is down which has no figure of its own.</summary>
    /// <value>Default 0.0005 (99.95 %, what managed databases in several zones promise). From 0.0000001 to 0.5.</value>
    [Range(0.000_000_1, 0.5)]
    public double RegionUnavailability { get; set; } = 0.0005;

    /// <summary>How long a region stays down, in the mean.</summary>
    /// <value>Default 1 hour. From 1 minute to 30 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan RepairTime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long nobody serves until a copy has taken over.</summary>
    /// <value>Default 30 seconds. From 0 to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan FailoverTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Lag of a copy that nobody has measured yet.</summary>
    /// <value>Default 5 seconds. From 0 to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan AssumedLag { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Band around the break-even demand: a copy must pay at so small a part of the demand to be added, and fail to pay at as many times it to be removed.</summary>
    /// <value>Default 1.5. From 1 to 10.</value>
    [Range(1.0, 10.0)]
    public double Band { get; set; } = 1.5;

    /// <summary>Share of today's cost that a copy must save to be added or removed for demand's sake.</summary>
    /// <value>Default 0.05. From 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double MinGain { get; set; } = 0.05;

    /// <summary>Runs in a row the same copy must win before it is added.</summary>
    /// <value>Default 3 urgent loops. From 1 to 100.</value>
    [Range(1, 100)]
    public int HoldLoops { get; set; } = 3;

    /// <summary>How long a copy must have failed to pay before it is removed.</summary>
    /// <value>Default 24 hours. From 0 to 90 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "90.00:00:00")]
    public TimeSpan RemoveAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How far ahead a gain is counted.</summary>
    /// <value>Default 7 days. From 1 hour to 90 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan PaybackHorizon { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How many times over the gain within that horizon must repay the copy.</summary>
    /// <value>Default 3. From 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double MinPayback { get; set; } = 3;

    /// <summary>Cost of a copy besides its bytes: about five seconds of one virtual CPU.</summary>
    /// <value>Default $0.00007. From 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double CopyOverheadUsd { get; set; } = 0.000_07;

    /// <summary>Applying one write to one copy: about 100 microseconds of one virtual CPU.</summary>
    /// <value>Default $0.0000000015. From 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ApplyUsdPerWrite { get; set; } = 0.000_000_001_5;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxWriteAmplification < DurabilityMinimum)
        {
            yield return new ValidationResult(
                $"{Section}: MaxWriteAmplification ({MaxWriteAmplification}) must be at least DurabilityMinimum ({DurabilityMinimum}).",
                [nameof(MaxWriteAmplification)]);
        }
    }
}
