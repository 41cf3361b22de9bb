using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Api;

/// <summary>Body of <c>POST /api/v1/batches</c>: many objects of one dataset, by where they are, by a pattern, or by name.</summary>
/// <param name="To">The region to move to.</param>
/// <param name="Reason">1 to 500 characters; kept with each migration.</param>
/// <param name="From">Only objects that are there; null for all that are elsewhere.</param>
/// <param name="Match">Only keys that match, with <c>*</c> and <c>?</c>; null for all.</param>
/// <param name="Keys">Only these keys; null for all.</param>
/// <param name="NeedsApproval">Whether an operator must approve each batch before anything is touched.</param>
/// <param name="DryRun">Only say what would be moved.</param>
/// <param name="Operator">Who asks; default <c>api</c>.</param>
public sealed record BatchCommand(
    DatasetId Dataset,
    RegionId To,
    string Reason,
    RegionId? From = null,
    string? Match = null,
    ImmutableArray<string>? Keys = null,
    bool NeedsApproval = false,
    bool DryRun = false,
    string Operator = "api");
