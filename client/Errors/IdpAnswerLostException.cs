namespace Idp.Client;

/// <summary>The connection broke before the answer, and the store says that the transaction has committed: only its result is lost.</summary>
/// <remarks>For single statements and batches with <see cref="Operation.ProvenWrite"/>; a COMMIT whose answer was lost simply returns. Never retried.</remarks>
public sealed class IdpAnswerLostException : IdpException
{
    internal IdpAnswerLostException(ObjectId id, Exception cause)
        : base(id, $"The connection broke before '{id}' was answered; the transaction has committed. Read its rows instead of writing again.", cause)
    {
    }
}
