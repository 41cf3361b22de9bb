namespace Idp.Core.Controllers.Consistency;

/// <summary>How one operation is served from now on, and why.</summary>
/// <param name="To">The same as <paramref name="From"/> when nothing changes.</param>
/// <param name="Needed">What the declarations and the evidence of this period ask for; a stretch that is not yet clean keeps <paramref name="To"/> above it.</param>
/// <param name="GainMsPerRead">Round trip that a read saves at <paramref name="To"/> against a strong one, in milliseconds.</param>
/// <param name="ValueUsdPerDay">What that is worth at the reads of the last period, in US dollars per day.</param>
/// <param name="Flip">What would change the level next, in one sentence.</param>
/// <param name="Reason">Why, in one sentence, with the numbers compared.</param>
public sealed record ConsistencyDecision(
    DatasetId Dataset,
    string Operation,
    ReadLevel From,
    ReadLevel To,
    ReadLevel Needed,
    double GainMsPerRead,
    decimal ValueUsdPerDay,
    string Flip,
    string Reason);
