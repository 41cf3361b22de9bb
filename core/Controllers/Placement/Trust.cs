namespace Idp.Core.Controllers.Placement;

/// <summary>Whether following an object's plan has paid, as its own ledger and its dataset's say together.</summary>
/// <param name="Usd">The object's own gain plus what its dataset's record is worth as a prior, in US dollars.</param>
/// <param name="UsdPerOperation">The gain to expect of the next operation: a mean shrunk towards the dataset's.</param>
internal readonly record struct Trust(double Usd, double UsdPerOperation)
{
    public bool Follows => Usd >= 0;

    /// <param name="priorOperations">How many own operations weigh as much as the dataset's record.</param>
    public static Trust Of(RealizedGain own, RealizedGain dataset, double priorOperations)
    {
        // The dataset's mean is shrunk to zero in the same way: its first accesses prove little.
        var weight = dataset.Operations + priorOperations;
        var prior = weight > 0 ? priorOperations * dataset.Usd / weight : 0;
        var usd = own.Usd + prior;
        var operations = own.Operations + priorOperations;
        return new Trust(usd, operations > 0 ? usd / operations : 0);
    }
}
