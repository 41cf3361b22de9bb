namespace Idp.Core.Controllers.Cost;

/// <summary>One object's part in what a region's shared resources did.</summary>
/// <param name="Weight">Operations, CPU seconds or bytes: any unit, the same for all objects of the region; at least 0.</param>
public sealed record UsageWeight(RegionId Region, ObjectId Object, decimal Weight);
