namespace Idp.Core.Controllers.Placement;

/// <summary>Whether following an object's plan has paid, as its dataset's ledgers and its own say.</summary>
/// <param name="DatasetUsd">What the dataset's plans have earned, less the standard errors asked for, in US dollars.</param>
/// <param name="Usd">The same of the object itself, the dataset's record added as a prior.</param>
/// <param name="UsdPerOperation">The gain to expect of the object's next operation.</param>
/// <remarks>
/// Bursts make ledgers heavy-tailed: one lucky or unlucky day outweighs months. Hence lower bounds instead of sums. The
/// standard error is √Σ gain² over objects and bursts, since the accesses within a burst come together.
/// </remarks>
internal readonly record struct Trust(double DatasetUsd, double Usd, double UsdPerOperation)
{
    public bool Follows => DatasetUsd > 0 && Usd > 0;

    public static Trust Of(RealizedGain own, RealizedGain dataset, PlacementOptions options)
    {
        var datasetUsd = LowerBound(dataset, options.DatasetStandardErrors);
        var operations = dataset.Operations + options.LedgerPriorOperations;
        var prior = operations > 0 ? datasetUsd / operations * options.LedgerPriorOperations : 0;
        var usd = LowerBound(own, options.LedgerStandardErrors) + prior;
        var ownOperations = own.Operations + options.LedgerPriorOperations;
        return new Trust(datasetUsd, usd, ownOperations > 0 ? usd / ownOperations : 0);
    }

    private static double LowerBound(RealizedGain gain, double standardErrors) =>
        gain.Usd - (standardErrors * gain.StandardError);
}
