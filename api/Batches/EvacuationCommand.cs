using Idp.Core;

namespace Idp.Api;

/// <summary>Body of <c>POST /api/v1/evacuations</c>.</summary>
/// <param name="Region">The region to empty.</param>
/// <param name="Reason">1 to 400 characters; kept with each migration.</param>
/// <param name="To">Where everything goes; null for the nearest region that each object's policies allow.</param>
/// <param name="Dataset">Only this dataset's objects; null for all.</param>
/// <param name="DryRun">Only say what would be moved where.</param>
/// <param name="Operator">Who asks; default <c>api</c>.</param>
public sealed record EvacuationCommand(
    RegionId Region, string Reason, RegionId? To = null, DatasetId? Dataset = null, bool DryRun = false, string Operator = "api");
