namespace Idp.Policies.Rules;

public sealed record EncryptionInUseRule
{
    /// <summary><c>required</c>, <c>recommended</c> or <c>optional</c>.</summary>
    public string? ConfidentialComputing { get; init; }
}
