namespace Idp.Simulation.Worlds;

/// <summary>What a chance is drawn for; keeps the draws of one seed apart.</summary>
internal enum Draw
{
    Outage,
    Late,
    Bias,
    ChangeFailure,
}
