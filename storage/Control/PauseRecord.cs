namespace Idp.Storage;

/// <summary>That automation is paused.</summary>
/// <param name="By">A person, or what paused by itself.</param>
/// <param name="Since">By the control database's clock.</param>
public sealed record PauseRecord(string By, string Reason, DateTimeOffset Since);
