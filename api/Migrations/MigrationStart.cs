using Idp.Core;

namespace Idp.Api;

/// <summary>A migration that runs.</summary>
/// <param name="WorkflowId">Its workflow in Temporal.</param>
/// <param name="TemporalUi">The workflow's page in Temporal's Web UI; null when <c>Temporal:UiAddress</c> is not configured.</param>
public sealed record MigrationStart(MigrationId MigrationId, string WorkflowId, Uri? TemporalUi);
