namespace Idp.DevServer.Persistence;

/// <summary>Where the server keeps its state.</summary>
/// <param name="Path">The SQLite file; null keeps the state in a temporary file that dies with the process.</param>
/// <param name="Pragmas">Settings of SQLite that replace ours; loosening <c>synchronous</c> gives up the promise that acknowledged calls are on disk.</param>
public sealed record StoreOptions(string? Path, IReadOnlyList<KeyValuePair<string, string>>? Pragmas = null);
