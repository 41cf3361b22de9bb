using Idp.Core;
using Idp.Core.Decisions;

namespace Idp.Api;

/// <summary>Why an object is where it is.</summary>
/// <param name="DecisionId">Its number in the decision log; null when the object is held, since holds are logged only once an hour.</param>
/// <param name="DecidedAt">By the plane's clock.</param>
/// <param name="PolicyRevision">Content hash of the policies that were in force.</param>
/// <param name="OpenMigration">The migration that moves it now, or keeps its old copy in grace; null when there is none.</param>
/// <param name="Proposal">Candidates with their costs, the runner-up and what would flip it.</param>
public sealed record Explanation(
    ObjectId Object,
    RegionId Region,
    DecisionOutcome Outcome,
    string Reason,
    long? DecisionId,
    DateTimeOffset DecidedAt,
    string PolicyRevision,
    Proposal Proposal,
    MigrationId? OpenMigration = null);
