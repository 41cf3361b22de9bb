using Idp.Api;

namespace Idp.Cli.Planes;

internal static class AnswerExtensions
{
    /// <summary>The value, or the refusal as this command's end.</summary>
    public static T Demand<T>(this Answer<T> answer)
        where T : class
    {
        if (answer.IsGiven)
        {
            return answer.Value;
        }

        var code = answer.Refusal.Kind switch
        {
            RefusalKind.Invalid => ExitCode.Usage,
            RefusalKind.NotFound => ExitCode.NotFound,
            RefusalKind.Conflict => ExitCode.Refused,
            RefusalKind.Unavailable => ExitCode.Unavailable,
            _ => throw new ArgumentOutOfRangeException(nameof(answer), answer.Refusal.Kind, "This kind of refusal has no exit code."),
        };
        throw new CliException(code, answer.Refusal.Reason);
    }
}
