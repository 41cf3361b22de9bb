namespace Idp.Policies.Rules;

public sealed record EncryptionRule
{
    public EncryptionAtRestRule? AtRest { get; init; }

    public EncryptionInTransitRule? InTransit { get; init; }

    public EncryptionInUseRule? InUse { get; init; }
}
