using Idp.Core;

namespace Idp.Storage;

/// <summary>Recent demand for one object from one region, newer accesses weighing more.</summary>
/// <param name="ReadsPerDay">Reads per day.</param>
/// <param name="WritesPerDay">Writes per day.</param>
public sealed record DemandRow(ObjectId Object, RegionId Caller, double ReadsPerDay, double WritesPerDay);
