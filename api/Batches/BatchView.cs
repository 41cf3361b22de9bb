using System.Collections.Immutable;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;

namespace Idp.Api;

/// <summary>One batch in full.</summary>
/// <param name="Status">What its running saga says; null when it has ended, or when no worker answers.</param>
/// <param name="TemporalUi">Its page in Temporal's Web UI.</param>
public sealed record BatchView(BatchRecord Batch, ImmutableArray<BatchMember> Members, BatchStatus? Status, Uri? TemporalUi);
