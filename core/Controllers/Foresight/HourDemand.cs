namespace Idp.Core.Controllers.Foresight;

/// <summary>What callers in one region wanted of one object in one hour.</summary>
/// <param name="Hour">Hours since the Unix epoch.</param>
public sealed record HourDemand(int Hour, ObjectId Object, RegionId Caller, long Reads, long Writes);
