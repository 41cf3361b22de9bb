namespace Idp.Simulation.Stability;

/// <summary>How much one run moved its object in the hours that count.</summary>
/// <param name="CopiesPerDay">On average.</param>
/// <param name="MostCopiesInADay">In any 24 hours.</param>
/// <param name="MostHandOversInADay">In any 24 hours.</param>
/// <param name="ChangesAfterStep">Changes of layout from the hour of the step on, where the scenario has one.</param>
/// <param name="ReversalsAfterStep">Those of them that went back on an earlier change otherwise than its plan had in mind.</param>
/// <param name="ChangesWhileBlind">Changes decided while a region had been silent for more than five periods.</param>
/// <param name="Breaches">Layouts that a hard constraint forbids, the warm-up's included.</param>
public readonly record struct StabilityOutcome(
    double CopiesPerDay,
    int MostCopiesInADay,
    int MostHandOversInADay,
    int ChangesAfterStep,
    int ReversalsAfterStep,
    int ChangesWhileBlind,
    int Breaches);
