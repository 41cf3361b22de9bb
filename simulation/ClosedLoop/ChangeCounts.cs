namespace Idp.Simulation.ClosedLoop;

/// <summary>What a policy changed in the scored hours.</summary>
/// <param name="Copies">Sites to which an object was copied.</param>
/// <param name="HandOvers">Changes of a primary.</param>
/// <param name="Failed">Changes that failed and left the object where it was.</param>
/// <param name="Reversals">Copies to a site that was dropped, and hand-overs to a primary that was left, within the last 24 hours.</param>
/// <param name="MostCopiesInADay">Of one object in any 24 hours.</param>
/// <param name="MostHandOversInADay">Of one object in any 24 hours.</param>
/// <param name="Breaches">Layouts that a hard constraint forbids; the world refuses them.</param>
public readonly record struct ChangeCounts(
    int Copies, int HandOvers, int Failed, int Reversals, int MostCopiesInADay, int MostHandOversInADay, int Breaches);
