namespace Idp.Core.Controllers.Compliance;

/// <summary>A violation that was open in the last run; what the report's durations are counted from.</summary>
public sealed record ViolationMemory(
    ObjectId Object, RegionId Region, CopyRole Role, string Policy, string Rule, DateTimeOffset FirstSeen);
