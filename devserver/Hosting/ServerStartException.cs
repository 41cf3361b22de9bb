namespace Idp.DevServer.Hosting;

/// <summary>The server cannot start as asked; the message says what to change.</summary>
internal sealed class ServerStartException(string message, Exception? innerException = null) : Exception(message, innerException);
