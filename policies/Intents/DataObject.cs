using Idp.Core;

namespace Idp.Policies.Intents;

/// <summary>What an application declares about one dataset: its intent.</summary>
public sealed record DataObject
{
    public required DatasetId Name { get; init; }

    /// <summary>Null for <c>schema: {}</c>: the tables are not declared yet.</summary>
    public DataObjectSchema? Schema { get; init; }

    public required DataObjectRequirements Requirements { get; init; }
}
