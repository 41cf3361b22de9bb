namespace Idp.Storage;

/// <summary>How far the sweep of one region's store has come: after this object.</summary>
/// <param name="Passes">How often it has seen the whole store.</param>
public sealed record SweepPosition(string AfterDataset, string AfterKey, long Passes)
{
    public static SweepPosition Start { get; } = new(string.Empty, string.Empty, Passes: 0);
}
