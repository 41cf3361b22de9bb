using System.Collections.Immutable;

namespace Idp.Core.Controllers.Cost;

/// <summary>What one hour used.</summary>
/// <param name="Start">A whole hour, UTC.</param>
/// <param name="Objects">Everything that is stored, as it was seen when the hour was metered.</param>
/// <param name="Usage">At most one entry an object and region.</param>
/// <param name="Moves">That ended since the hour before was metered, whatever their end.</param>
public sealed record MeteredHour(DateTimeOffset Start, ImmutableArray<HeldObject> Objects, ImmutableArray<ObjectUsage> Usage, ImmutableArray<EndedMove> Moves)
{
    public DateTimeOffset End => Start.AddHours(1);
}

/// <param name="SizeBytes">In its primary region; at least 0.</param>
public readonly record struct HeldObject(ObjectId Object, RegionId Region, long SizeBytes);

/// <summary>What one region's store did for one object.</summary>
/// <param name="Operations">Reads and writes of all callers.</param>
/// <param name="FarReads">Reads of callers in other regions.</param>
public readonly record struct ObjectUsage(ObjectId Object, RegionId ServedBy, long Operations, long FarReads);

/// <param name="SizeBytes">Sent out of the source, by all attempts together.</param>
public readonly record struct EndedMove(MigrationId Migration, ObjectId Object, RegionId Source, long SizeBytes);
