using System.Collections.Immutable;

namespace Idp.Api;

/// <summary>One page of a list.</summary>
/// <param name="Next">Where the next page is; null on the last one.</param>
public sealed record Page<T>(ImmutableArray<T> Items, string? Next);
