using System.Collections.Immutable;

namespace Idp.Core.Controllers.Consistency;

/// <summary>The recent past of one object that the next period still needs.</summary>
/// <param name="Writes">Latest write of each session that still may be in flight, oldest first.</param>
/// <param name="Reads">Reads whose session may still write, oldest first.</param>
public sealed record ObjectTrail(ObjectId Object, ImmutableArray<TrailEntry> Writes, ImmutableArray<TrailEntry> Reads);

/// <param name="Operation">What was done.</param>
public sealed record TrailEntry(DateTimeOffset At, string Session, string Operation);
