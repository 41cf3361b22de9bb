namespace Idp.Core.Sharding;

/// <summary>Where a relaxation stands (<see cref="Relaxation.Save"/>); nobody writes into it.</summary>
internal sealed record RelaxationState(
    RelaxationBasis Basis, double Bound, int[] Key, int[] WorkOfItem, double[] KeyUse, double[] Prices, double[] Reduced);
