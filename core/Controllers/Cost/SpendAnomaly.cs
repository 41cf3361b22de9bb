using Idp.Core.Value;

namespace Idp.Core.Controllers.Cost;

/// <summary>Spend that does not fit its own past.</summary>
/// <param name="Since">The hour it seems to have begun.</param>
/// <param name="ObservedUsd">From then on, in US dollars.</param>
/// <param name="ExpectedUsd">What those hours should have cost.</param>
/// <param name="Score">Highest score of an hour, in robust standard deviations.</param>
/// <param name="IsNew">False when an earlier run has already reported it.</param>
/// <param name="Reason">In one sentence, with the numbers compared.</param>
public sealed record SpendAnomaly(
    ServiceId Service, SpendKind Kind, DateTimeOffset Since, decimal ObservedUsd, decimal ExpectedUsd, double Score, bool IsNew, string Reason);
