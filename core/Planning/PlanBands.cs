namespace Idp.Core.Planning;

/// <summary>What a plan must gain and repay, and for how many loops it must be wanted.</summary>
internal readonly record struct PlanBands(double MinGain, double MinPayback, int HoldLoops)
{
    // Gains are believed in part only, so in full they must be that much larger.
    public static PlanBands Of(PlannerOptions options, PlanningSubject subject)
    {
        var width = subject.BandWidth / subject.Confidence;
        return subject.IsAfterJump
            ? new(options.ReactiveMinGain * width, options.ReactiveMinPayback * width, options.ReactiveHoldLoops)
            : new(options.MinGain * width, options.MinPayback * width, HoldLoops: 1);
    }
}
