namespace Idp.Core.Tests.Movement.Model;

/// <summary>MOVEMENT.md as a relation between states: what clients, movers and anybody else may do next.</summary>
/// <remarks>Ownership rows change only through the step table; everything around them is the model's own.</remarks>
internal sealed class MoveModel
{
    private readonly Successors _successors;
    private readonly ClientSteps _clients;
    private readonly AttemptSteps _attempts;
    private readonly ProcessSteps _processes;

    public MoveModel(World world, RowBook rows, Slips slips, Successors successors)
    {
        var scene = new Scene(world, rows, slips, successors);
        _successors = successors;
        _clients = new ClientSteps(scene);
        _attempts = new AttemptSteps(scene);
        _processes = new ProcessSteps(scene);
        Invariants = new Invariants(scene);
    }

    public Invariants Invariants { get; }

    /// <summary>The result is valid until the next call.</summary>
    public Successors Expand(in ModelState state)
    {
        _successors.Begin(state);
        _clients.Add(state);
        _attempts.Add(state);
        _processes.Add(state);
        return _successors;
    }
}
