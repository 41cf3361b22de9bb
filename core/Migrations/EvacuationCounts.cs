namespace Idp.Core.Migrations;

/// <summary>How far an evacuation has come, in objects.</summary>
/// <param name="Moved">Left the region since it began, taken by it.</param>
/// <param name="Denied">No region is both allowed by their policies and open.</param>
/// <param name="Failed">Tried as often as is allowed, and still there.</param>
/// <param name="Left">Still there, and to be tried; or on the way there, since before the region was drained.</param>
/// <param name="Waiting">Of those left: held by a migration that the evacuation did not start, or still in its grace.</param>
/// <param name="LeftBytes">Size of those left, as last measured.</param>
public sealed record EvacuationCounts(long Moved, long Denied, long Failed, long Left, long Waiting, long LeftBytes);
