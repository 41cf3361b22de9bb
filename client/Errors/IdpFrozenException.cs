namespace Idp.Client;

/// <summary>The object is being handed over to another region (ID003), which takes milliseconds. Nothing was done.</summary>
public sealed class IdpFrozenException : IdpException
{
    internal IdpFrozenException(ObjectId id, bool isExpired, Exception cause)
        : base(id, cause.Message, cause) => IsExpired = isExpired;

    /// <summary>Whether the hand-over was abandoned, so that <c>idp.thaw</c> opens the object again.</summary>
    public bool IsExpired { get; }

    public override bool IsTransient => true;
}
