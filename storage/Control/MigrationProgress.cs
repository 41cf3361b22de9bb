namespace Idp.Storage;

/// <summary>How far a migration has come; replaces what was known before.</summary>
/// <param name="RowCount">Rows copied by all attempts together.</param>
/// <param name="SizeBytes">Bytes copied by all attempts together.</param>
/// <param name="IsVerified">Whether source and target were compared at one point, and equal.</param>
/// <param name="LastError">The last failure and what to do about it; <see langword="null"/> when there was none.</param>
public sealed record MigrationProgress(long RowCount, long SizeBytes, bool IsVerified, string? LastError);
