namespace Idp.Core.Migrations;

/// <summary>Asks for a region to be emptied.</summary>
/// <param name="Target">Where everything goes; <see langword="null"/> for the nearest region that each object's policies allow.</param>
/// <param name="Dataset">Only this dataset's objects; <see langword="null"/> for all.</param>
/// <param name="Reason">Kept with the evacuation and with every migration; 1 to 400 characters.</param>
public sealed record EvacuationRequest(
    EvacuationId Id, RegionId Region, RegionId? Target, DatasetId? Dataset, string RequestedBy, string Reason)
{
    /// <summary>One evacuation a region at a time.</summary>
    public static string WorkflowIdOf(RegionId region) => $"evacuate/{region}";
}
