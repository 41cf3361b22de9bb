using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>What following each view of the future would have led to, for one object.</summary>
/// <param name="Shadows">Where the object would be now, by view.</param>
/// <param name="CostUsd">What that has cost lately, as far as changes are charged with them, by view: US dollars that fade.</param>
public sealed record ViewMemory(ImmutableArray<Layout> Shadows, ImmutableArray<double> CostUsd)
{
    /// <returns>The memory of an object seen for the first time: no view has cost anything.</returns>
    public static ViewMemory StartAt(Layout layout, int views) => new([.. Enumerable.Repeat(layout, views)], [.. new double[views]]);

    /// <returns>The memory with the first shadow somewhere else, and charged for that.</returns>
    public ViewMemory Move(Layout to, double usd) => new(Shadows.SetItem(0, to), CostUsd.SetItem(0, CostUsd[0] + usd));
}
