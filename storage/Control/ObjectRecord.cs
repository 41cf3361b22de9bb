using Idp.Core;

namespace Idp.Storage;

/// <summary>One object as the catalog knows it.</summary>
/// <param name="SizeBytes">As last measured; 0 before.</param>
/// <param name="RowCount">As last measured; 0 before.</param>
/// <param name="LastMovedAt">When its last move was published, by the database's clock; <see langword="null"/> when it never moved.</param>
public sealed record ObjectRecord(Placement Placement, long SizeBytes, long RowCount, DateTimeOffset? LastMovedAt);
