using Idp.Core.Controllers.Consistency;
using Idp.Policies.Intents;

namespace Idp.Activities.Controllers;

/// <summary>What intents declare, as controllers say it.</summary>
internal static class DeclaredLevels
{
    public static ReadLevel ToReadLevel(this ConsistencyLevel level) => level switch
    {
        { Kind: ConsistencyKind.Bounded, Bound: { } bound } => ReadLevel.Bounded(bound),
        { Kind: ConsistencyKind.Session } => ReadLevel.Session,
        { Kind: ConsistencyKind.Eventual } => ReadLevel.Eventual,
        _ => ReadLevel.Strong,
    };
}
