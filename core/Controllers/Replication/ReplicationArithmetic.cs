using System.Collections.Immutable;

namespace Idp.Core.Controllers.Replication;

/// <summary>Why an object has as many copies as it has.</summary>
/// <param name="Copies">The primary first.</param>
/// <param name="RequiredCopies">The least that durability, availability and data loss ask for.</param>
/// <param name="Now">With the copies of today.</param>
/// <param name="Required">With the required number, in the most reliable regions allowed.</param>
/// <param name="IsReachable">False when no number of copies reaches the target; common mode alone is then above it.</param>
/// <param name="WriteAmplification">Times each write is stored.</param>
/// <param name="Lines">The calculation, one step a line.</param>
public sealed record ReplicationArithmetic(
    ObjectId Object,
    ImmutableArray<RegionId> Copies,
    int RequiredCopies,
    AvailabilityEstimate Now,
    AvailabilityEstimate Required,
    bool IsReachable,
    int WriteAmplification,
    ImmutableArray<string> Lines);
