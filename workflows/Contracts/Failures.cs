namespace Idp.Workflows.Contracts;

/// <summary>Types of the failures that activities report on purpose.</summary>
public static class Failures
{
    /// <summary>A store, a policy or the catalog does not agree. Not retryable.</summary>
    public const string Refused = nameof(Refused);

    /// <summary>Source and target differ at one consistent point. Not retryable.</summary>
    public const string Unequal = nameof(Unequal);

    /// <summary>No slot is free yet; asking again is how to wait.</summary>
    public const string WaitsForSlot = nameof(WaitsForSlot);
}
