using System.Collections.Immutable;

namespace Idp.Policies.Intents;

public sealed record ConsistencyRequirement
{
    /// <summary>For every operation not named below.</summary>
    public required ConsistencyLevel Level { get; init; }

    /// <summary>Up to 200 operations that read the newest write of anybody.</summary>
    public ImmutableArray<string> StrongForOperations { get; init; } = [];
}
