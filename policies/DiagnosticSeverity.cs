namespace Idp.Policies;

public enum DiagnosticSeverity
{
    /// <summary>The file is used; its author should look.</summary>
    Warning,

    /// <summary>The file is refused.</summary>
    Error,
}
