namespace Idp.Core.Planning;

/// <summary>Layouts and money as people read them.</summary>
internal sealed class PlanWording(SiteCosts costs)
{
    /// <returns>The primary, then the replicas: <c>us-east-1 + eu-west-1, ap-south-1</c>.</returns>
    public string Name(Layout layout) => layout.Replicas.Count == 0
        ? Region(layout.Primary)
        : $"{Region(layout.Primary)} + {string.Join(", ", layout.Replicas.ToIndices().Select(Region))}";

    public string Region(int region) => region < costs.Regions.Length ? costs.Regions[region].Value : $"region {region}";
}
