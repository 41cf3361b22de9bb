using System.Collections.Immutable;

namespace Idp.Policies.Intents;

public sealed record ComplianceRequirement
{
    /// <summary>What policies select by, for example <c>personal_data</c>. Unknown when null, and then every policy counts as meant.</summary>
    public string? DataClassification { get; init; }

    /// <summary>Up to 50, for example <c>GDPR</c>; for reports.</summary>
    public ImmutableArray<string> Regulations { get; init; } = [];

    /// <summary>Where all users of the dataset live, for example <c>EU</c>; null when that is unknown or differs.</summary>
    public string? UserRegion { get; init; }
}
