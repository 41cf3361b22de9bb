using System.Globalization;

namespace Idp.Core.Sharding;

/// <summary>The rules a <see cref="FleetProblem"/> keeps, all checked at once.</summary>
internal static class FleetProblemErrors
{
    private const int MaxRegions = 16; // Masks are 16 bits.

    public static IEnumerable<string> Of(FleetProblem problem)
    {
        var regions = problem.Regions.Length;
        if (regions is < 1 or > MaxRegions)
        {
            return [$"Regions: {regions} of them, expected 1 to {MaxRegions}."];
        }

        return
        [
            .. Numbers(nameof(problem.LatencyMs), problem.LatencyMs.AsSpan(), regions * regions),
            .. Numbers(nameof(problem.StorageUsdPerGbDay), problem.StorageUsdPerGbDay.AsSpan(), regions),
            .. Numbers(nameof(problem.EgressUsdPerGb), problem.EgressUsdPerGb.AsSpan(), regions),
            .. Numbers(nameof(problem.OperationUsd), problem.OperationUsd.AsSpan(), regions),
            .. Numbers(nameof(problem.CapacityBytes), problem.CapacityBytes.AsSpan(), regions, mayBeInfinite: true),
            .. Numbers(nameof(problem.CapacityOperationsPerDay), problem.CapacityOperationsPerDay.AsSpan(), regions, mayBeInfinite: true),
            .. Numbers(nameof(problem.BudgetUsdPerDay), [problem.BudgetUsdPerDay], 1, mayBeInfinite: true),
            .. Numbers(nameof(problem.MoveOverheadUsd), [problem.MoveOverheadUsd], 1),
            .. problem.PaybackDays > 0 ? Array.Empty<string>() : [$"PaybackDays: {Text(problem.PaybackDays)}, expected above 0."],
            .. OfObjects(problem.Objects, regions),
        ];
    }

    private static List<string> OfObjects(FleetObjects objects, int regions)
    {
        if (objects.RegionCount != regions)
        {
            return [$"Objects.RegionCount: {objects.RegionCount}, expected {regions} as in Regions."];
        }

        var all = (long)objects.Count * regions;
        List<string> errors =
        [
            .. Numbers("Objects.ReadsPerDay", objects.ReadsPerDay, all),
            .. Numbers("Objects.WritesPerDay", objects.WritesPerDay, all),
            .. Numbers("Objects.SizeBytes", objects.SizeBytes, objects.Count),
            .. Numbers("Objects.UsdPerMs", objects.UsdPerMs, objects.Count),
            .. Numbers("Objects.AnswerBytes", objects.AnswerBytes, objects.Count),
            .. Numbers("Objects.ChangeBytes", objects.ChangeBytes, objects.Count),
            .. Numbers("Objects.StrongReadShare", objects.StrongReadShare, objects.Count, most: 1),
            .. Numbers("Objects.SyncFactor", objects.SyncFactor, objects.Count, most: 1),
        ];
        if (objects.Group is { } groups && groups.Length != objects.Count)
        {
            errors.Add($"Objects.Group: {groups.Length} values, expected {objects.Count}.");
        }

        for (var at = 0; at < objects.Count; at++)
        {
            if (objects.CurrentSites[at] != 0 && (objects.CurrentSites[at] >> objects.CurrentPrimary[at] & 1) == 0)
            {
                errors.Add($"Objects.CurrentPrimary[{at}]: {objects.CurrentPrimary[at]} is not one of its CurrentSites.");
                break;
            }
        }

        return errors;
    }

    // Only the first bad value of an array is named: a million like it would hide the others.
    private static List<string> Numbers(
        string name, ReadOnlySpan<double> values, long count, bool mayBeInfinite = false, double most = double.PositiveInfinity)
    {
        if (values.Length != count)
        {
            return [$"{name}: {values.Length} values, expected {count}."];
        }

        for (var at = 0; at < values.Length; at++)
        {
            var value = values[at];
            if (!(value >= 0 && value <= most && (mayBeInfinite || double.IsFinite(value))))
            {
                var range = double.IsFinite(most) ? $"0 to {Text(most)}" : mayBeInfinite ? "0 or more" : "0 or more, finite";
                return [$"{name}[{at}]: {Text(value)}, expected {range}."];
            }
        }

        return [];
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
