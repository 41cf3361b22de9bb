namespace Idp.Storage.Regions;

/// <summary>What one step of a copy did.</summary>
/// <param name="HasLanded">False: another batch landed first, so nothing of this one was applied; read again.</param>
/// <param name="IsCopied">Whether every row that existed has been copied; from here only changes follow.</param>
/// <param name="ChangedKeys">Keys whose changes were new to the stream.</param>
/// <param name="Drained">The source's snapshot that the target equals now, for the copied rows.</param>
/// <param name="RowCount">Rows copied by all steps together.</param>
/// <param name="SizeBytes">Bytes copied by all steps together.</param>
public sealed record CopyReport(bool HasLanded, bool IsCopied, int ChangedKeys, string? Drained, long RowCount, long SizeBytes);
