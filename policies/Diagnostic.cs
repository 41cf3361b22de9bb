namespace Idp.Policies;

/// <summary>One thing wrong, or doubtful, in a file that a user wrote.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Code">One of <see cref="DiagnosticCodes"/>.</param>
/// <param name="Message">What was found, and where.</param>
/// <param name="Hint">What to write instead: a suggestion, what is allowed, or both.</param>
public sealed record Diagnostic(
    string File,
    int Line,
    int Column,
    DiagnosticSeverity Severity,
    string Code,
    string Message,
    string? Hint)
{
    /// <summary>The printed shape: <c>file:line:column severity code: message</c>, the hint on a second line.</summary>
    public override string ToString()
    {
        var severity = Severity == DiagnosticSeverity.Error ? "error" : "warning";
        var first = $"{File}:{Line}:{Column} {severity} {Code}: {Message}";
        return Hint is null ? first : $"{first}\n  {Hint}";
    }
}
