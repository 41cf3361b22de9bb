using Idp.Activities;
using Idp.Policies;
using Idp.Storage.Regions;

namespace Idp.Cli.Planes;

internal static class PolicyFiles
{
    /// <summary>The policies that this installation uses, with everything that is wrong or doubtful in them.</summary>
    public static PolicyLoadResult Load(PlaneOptions options, RegionStores stores)
    {
        Core.RegionId[] regions = [.. stores.Endpoints.Select(endpoint => endpoint.Region.Id)];
        return options.PoliciesFolder.Length == 0 ? PolicyCatalog.Shipped(regions) : PolicyCatalog.LoadFolder(options.PoliciesFolder, regions);
    }
}
