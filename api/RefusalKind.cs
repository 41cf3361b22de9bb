namespace Idp.Api;

public enum RefusalKind
{
    /// <summary>The request itself is wrong.</summary>
    Invalid,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>The present state does not permit it.</summary>
    Conflict,

    /// <summary>Something that is needed does not answer; asking again may help.</summary>
    Unavailable,
}
