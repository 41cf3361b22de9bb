namespace Idp.Client;

/// <summary>The connection broke before the answer, and the store cannot tell how it ended: the transaction may have committed or not.</summary>
/// <remarks>Never retried, because a second run could double its effects. Read the rows to find out; <see cref="Operation.ProvenWrite"/> avoids it.</remarks>
public sealed class IdpOutcomeUnknownException : IdpException
{
    internal IdpOutcomeUnknownException(ObjectId id, Exception cause)
        : base(id, $"The connection broke while '{id}' was being committed; whether it was is unknown. Read its rows before writing again.", cause)
    {
    }
}
