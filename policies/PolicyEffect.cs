namespace Idp.Policies;

/// <summary>What one policy says about one action.</summary>
public enum PolicyEffect
{
    /// <summary>It is about other data.</summary>
    NotApplicable,

    /// <summary>It applies, and has no rule on where such a copy stands.</summary>
    NoRule,

    Permits,

    /// <summary>A soft policy is against it.</summary>
    Warns,

    /// <summary>A hard policy is against it.</summary>
    Denies,
}
