using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Controllers.Tiering;

/// <summary>When objects change tier.</summary>
public sealed class TieringOptions : IValidatableObject
{
    public const string Section = "Controllers:Tiering";

    /// <summary>After this long a past access weighs half; the sensor decays with it.</summary>
    /// <value>Default 7 days. From 1 hour to 365 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan HalfLife { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Width of the band around each break-even temperature: demotion must pay at this many times the temperature, promotion at so small a part of it.</summary>
    /// <value>Default 1.5. From 1 to 10.</value>
    [Range(1.0, 10.0)]
    public double Band { get; set; } = 1.5;

    /// <summary>Accesses added to each object's count before it may be demoted; silence alone proves little of a small object.</summary>
    /// <value>Default 1. From 0 to 1,000.</value>
    [Range(0.0, 1_000.0)]
    public double PriorAccesses { get; set; } = 1;

    /// <summary>How long an object must be known before it is demoted.</summary>
    /// <value>Default 7 days, one half-life. From 0 to 365 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan MinObservation { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a colder tier must stay cheaper before the object is demoted; doubles with each reversal. Promotion waits for nothing.</summary>
    /// <value>Default 24 hours. From 0 to 90 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "90.00:00:00")]
    public TimeSpan DemoteAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>A return to the former tier within this time counts as a reversal; one is forgiven for each such time without.</summary>
    /// <value>Default 7 days. From 1 hour to 365 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan ReversalWindow { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Rest after a change.</summary>
    /// <value>Default 60 minutes. From 0 to 30 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>How far ahead a gain is counted.</summary>
    /// <value>Default 30 days. From 1 hour to 365 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan PaybackHorizon { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How many times over the gain within that horizon must repay early deletion, retrieval and writing.</summary>
    /// <value>Default 1.5. From 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double MinPayback { get; set; } = 1.5;

    /// <summary>Cost of a change besides its bytes: about five seconds of one virtual CPU.</summary>
    /// <value>Default $0.00007. From 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double ChangeOverheadUsd { get; set; } = 0.000_07;

    /// <summary>Hours whose traffic is at most this share of the day's mean are low-traffic windows; demotions wait for one.</summary>
    /// <value>Default 0.7. From 0.01 to 1.</value>
    [Range(0.01, 1.0)]
    public double LowTrafficShare { get; set; } = 0.7;

    /// <summary>Most changes proposed in one run, the most valuable first; one bad reading then costs at most this many.</summary>
    /// <value>Default 100. From 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int MaxChangesPerRun { get; set; } = 100;

    /// <summary>How each tier behaves. A tier without a profile or without a price is not offered.</summary>
    /// <value>
    /// Defaults: memory 0.5 ms; hot 2 ms; warm 6 ms, packed to 0.35; cold 150 ms and archive 200 ms, both packed to 0.30. S3's own
    /// performance guide gives 100 to 200 ms to the first byte; the packing ratios are ours for rows of text: measure yours.
    /// </value>
    public Dictionary<StorageTier, TierProfileOptions> Profiles { get; set; } = new()
    {
        [StorageTier.Memory] = new() { RecallMs = 0.5 },
        [StorageTier.Hot] = new() { RecallMs = 2 },
        [StorageTier.Warm] = new() { RecallMs = 6, SizeRatio = 0.35 },
        [StorageTier.Cold] = new() { RecallMs = 150, SizeRatio = 0.30 },
        [StorageTier.Archive] = new() { RecallMs = 200, SizeRatio = 0.30 },
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (tier, profile) in Profiles.OrderBy(entry => entry.Key))
        {
            var errors = new List<ValidationResult>();
            Validator.TryValidateObject(profile, new ValidationContext(profile), errors, validateAllProperties: true);
            foreach (var error in errors)
            {
                yield return new ValidationResult($"{Section}:Profiles:{tier}: {error.ErrorMessage}", [nameof(Profiles)]);
            }
        }
    }
}
