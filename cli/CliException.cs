namespace Idp.Cli;

/// <summary>An expected failure: one line that names the thing, the value, the limit and the next step.</summary>
internal sealed class CliException(ExitCode code, string message, Exception? cause = null) : Exception(message, cause)
{
    public ExitCode Code => code;

    public static CliException NotFound(string message) => new(ExitCode.NotFound, message);

    public static CliException Refused(string message) => new(ExitCode.Refused, message);

    public static CliException Usage(string message, Exception? cause = null) => new(ExitCode.Usage, message, cause);

    public static CliException Unavailable(string message, Exception? cause = null) => new(ExitCode.Unavailable, message, cause);
}
