using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Namespaces;

/// <summary>One namespace as registered and last updated.</summary>
/// <param name="Retention">How long a closed workflow stays readable.</param>
/// <param name="Data">What callers attached, as they gave it.</param>
public sealed record NamespaceEntry(
    string Name,
    string Id,
    TimeSpan Retention,
    NamespaceState State,
    string Description,
    string OwnerEmail,
    IReadOnlyDictionary<string, string> Data);
