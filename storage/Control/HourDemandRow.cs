using Idp.Core;

namespace Idp.Storage;

/// <summary>What callers of one region did to one object in one hour.</summary>
/// <param name="Hour">When the hour begins, UTC.</param>
public sealed record HourDemandRow(DateTimeOffset Hour, ObjectId Object, RegionId CallerRegion, long Reads, long Writes);
