namespace Idp.Client;

/// <summary>The object is elsewhere (ID001), or has another owner epoch (ID002). Nothing was done.</summary>
/// <remarks>The local route is corrected already: running the whole unit of work again finds the object.</remarks>
public sealed class IdpRoutingException : IdpException
{
    internal IdpRoutingException(ObjectId id, Route? newRoute, Exception cause)
        : base(id, newRoute is { } route ? $"{cause.Message}; it is in {route.Region} with owner epoch {route.OwnerEpoch}" : cause.Message, cause) =>
        NewRoute = newRoute;

    /// <summary>The place that the store named.</summary>
    /// <value>Null when the store does not know.</value>
    public Route? NewRoute { get; }

    public override bool IsTransient => true;
}
