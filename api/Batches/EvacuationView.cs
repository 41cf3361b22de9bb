using System.Collections.Immutable;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;

namespace Idp.Api;

/// <summary>One evacuation in full.</summary>
/// <param name="Counts">By the catalog, now.</param>
/// <param name="Remainders">What it tried and could not move, each with its reason and remedy; at most 1,000.</param>
/// <param name="Status">What its running workflow says; null when it has ended, or when no worker answers.</param>
/// <param name="TemporalUi">Its page in Temporal's Web UI.</param>
public sealed record EvacuationView(
    EvacuationRecord Evacuation, EvacuationCounts Counts, ImmutableArray<EvacuationRemainder> Remainders, EvacuationStatus? Status, Uri? TemporalUi);
