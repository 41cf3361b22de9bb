namespace Idp.Simulation.Shadows;

/// <summary>What a live placement is compared with; each knows the whole window in advance.</summary>
/// <param name="Static">Every object in the single region that is best for all of them.</param>
/// <param name="Hindsight">Each object in the region that is best for it in each week.</param>
/// <param name="TwoSites">Every object on the same two sites, reads from the nearer.</param>
/// <param name="ThreeSites">Every object on the same three sites, reads from the nearest.</param>
public sealed record ShadowSet(Shadow Static, Shadow Hindsight, Shadow TwoSites, Shadow ThreeSites);
