namespace Idp.Policies.Intents;

/// <summary>What a read may miss, strictest first.</summary>
public enum ConsistencyKind
{
    /// <summary>Nothing.</summary>
    Strong,

    /// <summary>Writes younger than a given age.</summary>
    Bounded,

    /// <summary>Writes of other sessions; its own it always sees.</summary>
    Session,

    /// <summary>Any write, for a while.</summary>
    Eventual,
}
