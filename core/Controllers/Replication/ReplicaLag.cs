namespace Idp.Core.Controllers.Replication;

/// <summary>How far a copy is behind.</summary>
/// <param name="P99">Age of the newest writes that it may lack.</param>
public sealed record ReplicaLag(RegionId Region, TimeSpan P99);
