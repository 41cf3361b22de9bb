namespace Idp.Policies;

/// <summary>What happens to an action that a policy is against.</summary>
public enum Enforcement
{
    /// <summary>It is refused.</summary>
    Hard,

    /// <summary>It is allowed with a warning.</summary>
    Soft,
}
