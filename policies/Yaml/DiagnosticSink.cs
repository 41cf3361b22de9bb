using System.Collections.Immutable;

namespace Idp.Policies.Yaml;

/// <summary>Collects the diagnostics of one file.</summary>
internal sealed class DiagnosticSink(string file)
{
    // A hostile file could otherwise yield one diagnostic for each of its nodes.
    private const int MaxDiagnostics = 100;

    private readonly List<Diagnostic> _diagnostics = [];

    public bool HasErrors { get; private set; }

    public void Error(Position at, string code, string message, string? hint = null)
    {
        HasErrors = true;
        Add(at, DiagnosticSeverity.Error, code, message, hint);
    }

    public void Warning(Position at, string code, string message, string? hint = null) =>
        Add(at, DiagnosticSeverity.Warning, code, message, hint);

    /// <summary>What was found, in the order of the file.</summary>
    public ImmutableArray<Diagnostic> ToImmutable() =>
        [.. _diagnostics.OrderBy(d => d.Code == DiagnosticCodes.TooManyDiagnostics).ThenBy(d => d.Line).ThenBy(d => d.Column)];

    private void Add(Position at, DiagnosticSeverity severity, string code, string message, string? hint)
    {
        if (_diagnostics.Count < MaxDiagnostics)
        {
            _diagnostics.Add(new(file, at.Line, at.Column, severity, code, message, hint));
        }
        else if (_diagnostics.Count == MaxDiagnostics)
        {
            _diagnostics.Add(new(
                file, at.Line, at.Column, DiagnosticSeverity.Error, DiagnosticCodes.TooManyDiagnostics,
                $"more than {MaxDiagnostics} diagnostics; the rest is not shown", Hint: null));
            HasErrors = true;
        }
    }
}
