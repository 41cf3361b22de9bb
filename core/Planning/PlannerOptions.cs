using System.ComponentModel.DataAnnotations;

namespace Idp.Core.Planning;

/// <summary>When a plan may change where an object is (DESIGN section 5, guards; trials in research/feasibility.md section 2).</summary>
public sealed class PlannerOptions : IValidatableObject
{
    public const string Section = "Planning";

    /// <summary>Share of the plan's cost over its window that it must save against staying put.</summary>
    /// <value>Default 0.05. From 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double MinGain { get; set; } = 0.05;

    /// <summary>How many times over the window must repay each copy, now or later.</summary>
    /// <value>Default 1.5. From 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double MinPayback { get; set; } = 1.5;

    /// <summary>Rest after a change. A change that was foreseen makes it no longer: doubling for those cost 11 % in trials.</summary>
    /// <value>Default 1 hour. From 0 to 7 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Most copies of one object in 24 hours.</summary>
    /// <value>Default 4. From 1 to 100.</value>
    [Range(1, 100)]
    public int MaxCopiesPerDay { get; set; } = 4;

    /// <summary>Most hand-overs of an object's primary in 24 hours. A day around the world needs about three.</summary>
    /// <value>Default 6. From 1 to 100.</value>
    [Range(1, 100)]
    public int MaxHandOversPerDay { get; set; } = 6;

    /// <summary><see cref="MinGain"/> after a jump of demand that nothing had announced.</summary>
    /// <value>Default 0.15. From <see cref="MinGain"/> to 0.9.</value>
    [Range(0.0, 0.9)]
    public double ReactiveMinGain { get; set; } = 0.15;

    /// <summary><see cref="MinPayback"/> after such a jump.</summary>
    /// <value>Default 3. From <see cref="MinPayback"/> to 100.</value>
    [Range(1.0, 100.0)]
    public double ReactiveMinPayback { get; set; } = 3;

    /// <summary>Loops in a row that must want the same layout after such a jump.</summary>
    /// <value>Default 3. From 1 to 100.</value>
    [Range(1, 100)]
    public int ReactiveHoldLoops { get; set; } = 3;

    /// <summary>How long an unforeseen reversal counts: it doubles the rest after reactive changes, and two of them freeze the object.</summary>
    /// <value>Default 24 hours. From 1 hour to 30 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan ReversalMemory { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Unforeseen reversals within that time that settle and freeze an object.</summary>
    /// <value>Default 2. From 1 to 100.</value>
    [Range(1, 100)]
    public int ReversalsToFreeze { get; set; } = 2;

    /// <summary>How far from the planned hour a return still counts as foreseen.</summary>
    /// <value>Default 3 hours. From 0 to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ReturnTolerance { get; set; } = TimeSpan.FromHours(3);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReactiveMinGain < MinGain)
        {
            yield return new ValidationResult(
                $"{Section}: ReactiveMinGain ({ReactiveMinGain}) must be at least MinGain ({MinGain}).", [nameof(ReactiveMinGain)]);
        }

        if (ReactiveMinPayback < MinPayback)
        {
            yield return new ValidationResult(
                $"{Section}: ReactiveMinPayback ({ReactiveMinPayback}) must be at least MinPayback ({MinPayback}).", [nameof(ReactiveMinPayback)]);
        }
    }
}
