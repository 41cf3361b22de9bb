namespace Idp.Policies.Rules;

public sealed record EncryptionAtRestRule
{
    /// <summary>For example <c>AES-256-GCM</c>.</summary>
    public string? Algorithm { get; init; }

    /// <summary>Longest life of a key. From 1 to 3,650.</summary>
    public int? KeyRotationDays { get; init; }
}
