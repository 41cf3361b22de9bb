namespace Idp.Simulation.Traces;

/// <summary>What an access did, as the trace's last column says.</summary>
public enum AccessKind
{
    Insert,
    Update,
    Delete,
}
