namespace Idp.Policies;

/// <summary>What is about to be done with an object.</summary>
public enum PlacementAction
{
    /// <summary>Its primary moves to the target, or is placed there first.</summary>
    MovePrimary,

    /// <summary>The target gets a replica.</summary>
    PlaceReplica,
}
