namespace Idp.DevServer.Persistence;

/// <summary>Where the server keeps its state.</summary>
/// <param name="Path">The SQLite file; null keeps the state in a temporary file that dies with the process.</param>
public sealed record StoreOptions(string? Path);
