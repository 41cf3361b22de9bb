using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Replication;

/// <summary>What one set of copies costs, in US dollars per day.</summary>
internal sealed record SetCost(double LatencyUsd, double StorageUsd, double EgressUsd, double WritesUsd, double MeanMs)
{
    public double TotalUsd => LatencyUsd + StorageUsd + EgressUsd + WritesUsd;

    public CostTerms Terms(double moveUsdPerDay) => new(
        Wording.Money(LatencyUsd),
        Wording.Money(StorageUsd),
        Wording.Money(EgressUsd),
        Wording.Money(moveUsdPerDay),
        WritesUsdPerDay: Wording.Money(WritesUsd));
}
