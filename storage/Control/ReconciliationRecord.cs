using Idp.Core;

namespace Idp.Storage;

/// <summary>Something that the sweep of a region's store found, and what it did about it.</summary>
/// <param name="Finding">The kind, for example <c>lost attempt</c>.</param>
/// <param name="DoneBy">The loop's turn, or an operator.</param>
public sealed record ReconciliationRecord(
    long Id, RegionId Region, ObjectId Object, string Finding, string Detail, string Action, string DoneBy, DateTimeOffset At);
