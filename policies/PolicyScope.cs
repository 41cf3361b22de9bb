using System.Collections.Immutable;

namespace Idp.Policies;

/// <summary>What a policy applies to: everything that meets all conditions it names. Upper and lower case are the same.</summary>
public sealed record PolicyScope
{
    /// <summary>The class a dataset's intent declares, for example <c>personal_data</c>.</summary>
    public string? DataClassification { get; init; }

    /// <summary>Where users live, for example <c>EU</c>; any of these. Empty: anywhere.</summary>
    public ImmutableArray<string> UserRegions { get; init; } = [];

    /// <summary>For example <c>production</c>.</summary>
    public string? Environment { get; init; }
}
