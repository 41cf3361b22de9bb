using System.Collections.Immutable;

namespace Idp.Policies.Intents;

/// <summary>An intent file, read.</summary>
/// <param name="DataObject">Null when the file has an error.</param>
/// <param name="Diagnostics">Errors and warnings, in the order of the file.</param>
public sealed record DataObjectParseResult(DataObject? DataObject, ImmutableArray<Diagnostic> Diagnostics);
