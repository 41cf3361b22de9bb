namespace Idp.Simulation.Traces;

/// <summary>Reads the placement key off an access.</summary>
public static class PlacementKeys
{
    public static string Of(this PlacementKey key, Access access) => key switch
    {
        PlacementKey.User => access.User,
        PlacementKey.Object => access.Object,
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Unknown placement key."),
    };
}
