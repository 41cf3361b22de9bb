namespace Idp.Core.Planning;

/// <summary>What a plan must gain, and how much each copy in it counts.</summary>
internal readonly record struct PlanBands(double MinGain, double MinHandOverGain, double CopyWeight)
{
    // Gains are believed in part only, so in full they must be that much larger.
    public static PlanBands Of(PlannerOptions options, PlanningSubject subject) =>
        new(options.MinGain / subject.Confidence, options.MinHandOverGain / subject.Confidence, 1 / subject.Confidence);
}
