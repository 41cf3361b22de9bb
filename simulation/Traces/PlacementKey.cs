namespace Idp.Simulation.Traces;

/// <summary>Which column of a trace names the object that is placed.</summary>
public enum PlacementKey
{
    /// <summary>People: each works from few places, and they differ.</summary>
    User,

    /// <summary>Folders: shared by the whole world.</summary>
    Object,
}
