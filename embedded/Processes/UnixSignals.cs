using System.Runtime.InteropServices;

namespace Idp.Embedded;

/// <summary>Sends signals to any process of this machine.</summary>
public static partial class UnixSignals
{
    private const int NoSuchProcess = 3;

    /// <returns>False when no such process exists any more.</returns>
    /// <exception cref="EmbeddedServerException">The process belongs to another user and we are not root.</exception>
    public static bool Send(int processId, UnixSignal signal)
    {
        // 0 and negative ids address whole groups, which nobody here ever means.
        ArgumentOutOfRangeException.ThrowIfLessThan(processId, 2);
        if (Kill(processId, Number(signal)) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess
            ? false
            : throw new EmbeddedServerException(
                $"{signal} could not be sent to process {processId}: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    /// <summary>The name as <c>kill -s</c> wants it.</summary>
    internal static string Name(UnixSignal signal) => signal switch
    {
        UnixSignal.Hangup => "HUP",
        UnixSignal.Interrupt => "INT",
        UnixSignal.Quit => "QUIT",
        UnixSignal.Terminate => "TERM",
        UnixSignal.Kill => "KILL",
        UnixSignal.Suspend => "STOP",
        UnixSignal.Continue => "CONT",
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Not a signal."),
    };

    private static int Number(UnixSignal signal) => signal switch
    {
        UnixSignal.Hangup => 1,
        UnixSignal.Interrupt => 2,
        UnixSignal.Quit => 3,
        UnixSignal.Terminate => 15,
        UnixSignal.Kill => 9,
        UnixSignal.Suspend => OperatingSystem.IsLinux() ? 19 : 17,
        UnixSignal.Continue => OperatingSystem.IsLinux() ? 18 : 19,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Not a signal."),
    };

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
