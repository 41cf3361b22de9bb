using Idp.Core;

namespace Idp.Storage;

/// <summary>Recent demand for one object from one region, newer accesses weighing more.</summary>
/// <param name="ReadsPerDay">Reads per day.</param>
/// <param name="WritesPerDay">Writes per day.</param>
/// <param name="Operations">Reads and writes that count at all, each as one.</param>
public sealed record DemandRow(ObjectId Object, RegionId Caller, double ReadsPerDay, double WritesPerDay, long Operations);
