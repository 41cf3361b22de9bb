using Idp.Core;
using Idp.Core.Migrations;

namespace Idp.Api;

/// <summary>Body of <c>POST /api/v1/migrations</c>.</summary>
/// <param name="To">The region to move to.</param>
/// <param name="Reason">1 to 500 characters; kept with the migration.</param>
/// <param name="NeedsApproval">Whether an operator must approve before anything is touched.</param>
/// <param name="Operator">Who asks; default <c>api</c>.</param>
/// <param name="Priority">From 1, the most urgent, to 5: who goes first when slots are short.</param>
public sealed record MigrationCommand(
    ObjectId Object,
    RegionId To,
    string Reason,
    bool NeedsApproval = false,
    string Operator = "api",
    int Priority = MigrationRequest.DefaultPriority);
