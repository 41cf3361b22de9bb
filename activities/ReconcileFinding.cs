using Idp.Core;

namespace Idp.Activities;

/// <summary>Something in a region's store that no open migration accounts for.</summary>
/// <param name="Finding">The kind, for example <c>lost attempt</c>.</param>
/// <param name="Action">What was done about it, or would be.</param>
/// <param name="IsResolved">False for a check, and for what needs an operator or an unreachable store.</param>
public sealed record ReconcileFinding(RegionId Region, ObjectId Object, string Finding, string Detail, string Action, bool IsResolved);
