namespace Idp.Core.Planning;

/// <summary>What a plan must gain and repay.</summary>
internal readonly record struct PlanBands(double MinGain, double MinHandOverGain, double MinPayback)
{
    // Gains are believed in part only, so in full they must be that much larger.
    public static PlanBands Of(PlannerOptions options, PlanningSubject subject)
    {
        var width = subject.BandWidth / subject.Confidence;
        return new(options.MinGain * width, options.MinHandOverGain * width, options.MinPayback * width);
    }
}
