namespace Idp.Core.Tests.Movement.Model;

/// <summary>A seeded error: of one row transition, of what surrounds it, or of both.</summary>
internal sealed record Fault(string Name, Slips Slips = Slips.None, Func<RowSteps, World, RowSteps>? Mutate = null)
{
    public Fault(string name, Func<RowSteps, World, RowSteps> mutate)
        : this(name, Slips.None, mutate)
    {
    }

    /// <summary>All attempts carry one epoch.</summary>
    public bool ReusesEpochs { get; init; }
}
