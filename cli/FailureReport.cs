using System.Text.RegularExpressions;
using Idp.Api;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Idp.Cli;

/// <summary>Turns a failure into lines for stderr and an exit code.</summary>
internal static partial class FailureReport
{
    public static ExitCode Write(Exception failure, TextWriter error, CancellationToken cancellationToken)
    {
        if (failure is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }

        var (code, lines) = Explain(failure);
        foreach (var line in lines)
        {
            error.WriteLine($"idp: {line}");
        }

        return code;
    }

    private static (ExitCode Code, IEnumerable<string> Lines) Explain(Exception failure) => failure switch
    {
        CliException expected => (expected.Code, [expected.Message]),
        OptionsValidationException options => (ExitCode.Usage, Describe(options)),
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } missing =>
            (ExitCode.Usage, [$"The control database has no schema of ours ({missing.MessageText}); start a worker once, it creates it (idp worker)."]),
        PostgresException { IsTransient: false } refused when !refused.SqlState.StartsWith("28", StringComparison.Ordinal) =>
            (ExitCode.Failed, [$"A database refused: {refused.MessageText} (SQLSTATE {refused.SqlState})."]),
        NpgsqlException database =>
            (ExitCode.Unavailable, [$"A database does not answer: {Whole(database)}. Check Idp:ControlDatabase and the regions file (idp doctor)."]),
        _ when TemporalFailures.IsUnreachable(failure) =>
            (ExitCode.Unavailable, [$"Temporal does not answer: {failure.Message.TrimEnd('.')}. Check Temporal:Address, then try again (idp doctor)."]),
        AggregateException { InnerExceptions: { } all } when all.All(inner => inner is OptionsValidationException) =>
            (ExitCode.Usage, all.Cast<OptionsValidationException>().SelectMany(Describe)),
        InvalidDataException malformed => (ExitCode.Usage, [$"{malformed.Message} {Innermost(malformed)}"]),
        IOException or UnauthorizedAccessException => (ExitCode.Failed, [failure.Message]),
        _ => (ExitCode.Failed, [$"This is a mistake in idp itself; please report it with what follows.{Environment.NewLine}{failure}"]),
    };

    /// <summary>Each wrong option as <c>Section:Name: what is wrong</c>.</summary>
    public static IEnumerable<string> Describe(OptionsValidationException invalid)
    {
        var section = invalid.OptionsType.GetField("Section")?.GetValue(null) as string;
        return invalid.Failures.Select(text => AnnotationPattern().Match(text) is { Success: true } match
            ? $"{section}:{match.Groups["member"].Value}: {match.Groups["error"].Value}"
            : text);
    }

    [GeneratedRegex("^DataAnnotation validation failed for '.*' members: '(?<member>.*)' with the error: '(?<error>.*)'\\.$")]
    private static partial Regex AnnotationPattern();

    // The outer message names the address, the inner one what happened.
    private static string Whole(Exception failure) =>
        failure.InnerException is { } inner ? $"{failure.Message.TrimEnd('.')}: {Innermost(inner)}" : failure.Message.TrimEnd('.');

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure.Message.TrimEnd('.');
    }
}
