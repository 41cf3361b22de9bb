namespace Idp.Storage.Regions;

/// <summary>A dataset cannot be managed as it stands; the message says what to change.</summary>
public sealed class AdoptionException(string message) : Exception(message);
