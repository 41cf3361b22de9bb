using Idp.Core;

namespace Idp.Storage;

/// <summary>One decision as the log keeps it.</summary>
/// <param name="Id">Given by the log, growing with time; ignored when appending.</param>
/// <param name="Controller">Who proposed it.</param>
/// <param name="Outcome">What became of the proposal, for example <c>Migrate</c>.</param>
/// <param name="From">Where the object was.</param>
/// <param name="To">Where it would go; the same for a hold.</param>
/// <param name="Reason">Why, in one sentence with the numbers compared.</param>
/// <param name="ValueUsdPerDay">Business value in US dollars per day.</param>
/// <param name="DecidedAt">The moment decided for, possibly a virtual one; kept to the microsecond.</param>
/// <param name="Detail">Candidates, scores and what else explains it, as JSON; kept bit for bit.</param>
public sealed record StoredDecision(
    long Id,
    ObjectId Object,
    string Controller,
    string Outcome,
    RegionId From,
    RegionId To,
    string Reason,
    decimal ValueUsdPerDay,
    DateTimeOffset DecidedAt,
    string Detail);
