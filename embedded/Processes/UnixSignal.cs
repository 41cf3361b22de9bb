namespace Idp.Embedded;

/// <summary>The signals we send, by meaning; numbers differ between Linux and macOS.</summary>
public enum UnixSignal
{
    Hangup,
    Interrupt,
    Quit,
    Terminate,
    Kill,

    /// <summary>Freezes a process (SIGSTOP) until <see cref="Continue"/>.</summary>
    Suspend,
    Continue,
}
