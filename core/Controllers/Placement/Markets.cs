using Idp.Core.Decisions;
using Idp.Core.Value;

namespace Idp.Core.Controllers.Placement;

/// <summary>The market of each dataset: prices and distances are the same for all, what waiting costs is not.</summary>
internal sealed class Markets(PlacementOptions options, ILatencyValue latencyValue, PlacementSnapshot snapshot)
{
    private readonly Dictionary<DatasetId, Market> _known = [];

    public Market Of(DatasetId dataset)
    {
        if (!_known.TryGetValue(dataset, out var market))
        {
            _known[dataset] = market = new Market(options, DatasetValue.Find(snapshot.Values, dataset, latencyValue), snapshot.RoundTrips, snapshot.Regions);
        }

        return market;
    }
}
