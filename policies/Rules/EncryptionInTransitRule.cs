namespace Idp.Policies.Rules;

public sealed record EncryptionInTransitRule
{
    /// <summary><c>TLS-1.2</c> or <c>TLS-1.3</c>, at least.</summary>
    public string? Protocol { get; init; }

    /// <summary>Whether clients present certificates too.</summary>
    public bool? MutualAuth { get; init; }
}
