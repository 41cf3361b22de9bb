namespace Idp.Advise.Traces;

/// <summary>A log that cannot be used; the message names file, line, column, value and what was expected.</summary>
public sealed class TraceException(string message, Exception? cause = null) : Exception(message, cause);
