namespace Idp.Core.Tests.Movement.Model;

/// <summary>A world with seeded faults, and whether the model must notice.</summary>
/// <param name="IsFound">False: another guard covers this one; the pair stands beside it in the table.</param>
internal sealed record Experiment(string World, bool IsFound, params Fault[] Faults)
{
    public string Name => $"{World}: {FaultNames}";

    public string FaultNames => string.Join(" + ", Faults.Select(fault => fault.Name));

    public Explorer Prepare()
    {
        var world = Worlds.Named(World);
        var steps = new RowSteps();
        var slips = Slips.None;
        foreach (var fault in Faults)
        {
            world = world with { ReusesEpochs = world.ReusesEpochs || fault.ReusesEpochs };
            steps = fault.Mutate?.Invoke(steps, world) ?? steps;
            slips |= fault.Slips;
        }

        return new Explorer(world, steps, slips);
    }
}
