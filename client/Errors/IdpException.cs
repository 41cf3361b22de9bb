using System.Data.Common;

namespace Idp.Client;

/// <summary>The fence of a store refused, or an object cannot be routed.</summary>
/// <remarks>This type itself: the dataset is not adopted (ID005), the call is wrong (ID006), or no route is known (no SQLSTATE).</remarks>
public class IdpException : DbException
{
    internal IdpException(ObjectId id, string message, Exception? cause = null)
        : base(message, cause) => Object = id;

    public ObjectId Object { get; }

    /// <summary>Whether our routes say that objects of one transaction live apart; the stores were not asked.</summary>
    internal bool IsApart { get; init; }

    public override string? SqlState => (InnerException as DbException)?.SqlState;

    /// <summary>Whether the whole unit of work may succeed when it runs again.</summary>
    public override bool IsTransient => false;
}
