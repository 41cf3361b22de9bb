namespace Idp.Core.Controllers;

/// <summary>Decides what should change. Pure: no clock, no I/O; the same snapshot always gives the same plan.</summary>
public interface IController<in TSnapshot, out TPlan>
{
    /// <value>Stable, lower case; written into every proposal.</value>
    string Name { get; }

    TPlan Decide(TSnapshot snapshot);
}
