using Idp.Core;
using Idp.Core.Decisions;

namespace Idp.Api;

/// <summary>Why an object is not in some region.</summary>
/// <param name="Region">The one asked about.</param>
/// <param name="Current">Where it is.</param>
/// <param name="Flip">How much more demand would bring it there; null when demand cannot, or it should be there anyway.</param>
/// <param name="Candidate">What it would cost there.</param>
/// <param name="Chosen">What it costs where it should be.</param>
/// <param name="DecidedAt">By the plane's clock.</param>
public sealed record WhyNotView(
    ObjectId Object, RegionId Region, RegionId Current, string Because, string? Flip, CandidateScore Candidate, CandidateScore Chosen, DateTimeOffset DecidedAt);
