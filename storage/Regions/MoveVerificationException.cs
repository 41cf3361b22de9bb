namespace Idp.Storage.Regions;

/// <summary>Source and target differ at one consistent point, so the object must not switch.</summary>
public sealed class MoveVerificationException(string message, Exception? cause = null) : Exception(message, cause);
