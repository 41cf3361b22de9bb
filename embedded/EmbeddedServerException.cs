namespace Idp.Embedded;

/// <summary>An embedded server could not be found, started or kept; the message says what to do.</summary>
public sealed class EmbeddedServerException(string message, Exception? innerException = null)
    : Exception(message, innerException);
