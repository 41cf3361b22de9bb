using System.Collections.Immutable;
using System.Text.Json;
using Idp.Activities.Controllers;
using Idp.Activities.Sensors;
using Idp.Core.Controllers.Compliance;
using Idp.Storage;

namespace Idp.Api;

/// <summary>What the last loop found standing where a policy forbids it.</summary>
public sealed class ComplianceReader(SnapshotStore snapshots)
{
    /// <param name="limit">Most violations to tell, the most urgent first.</param>
    public async Task<Answer<ComplianceView>> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        if (await snapshots.ReadLatestAsync(SnapshotKinds.Compliance, cancellationToken) is not { } last)
        {
            return new Refusal(RefusalKind.NotFound, "No loop has checked the policies yet. A loop does within its period while a worker runs (idp status).");
        }

        var findings = JsonSerializer.Deserialize<ComplianceFindings>(last.Json)!;
        return Answer.Of(new ComplianceView(findings.Report, [.. findings.Violations.Take(limit)], findings.Violations.Length));
    }
}

/// <param name="Violations">Overdue ones first, then by deadline and object.</param>
/// <param name="Total">How many there are, told or not.</param>
public sealed record ComplianceView(ComplianceReport Report, ImmutableArray<Violation> Violations, int Total);
