using System.Collections.Immutable;
using System.Globalization;

namespace Idp.Storage;

/// <summary>Who gets the next slot: the most urgent first, then the oldest; none is taken away from who has one.</summary>
internal static class SlotQueue
{
    /// <summary>Decides for one of those that wait.</summary>
    /// <param name="held">The routes of the slots that are taken.</param>
    /// <param name="ahead">The routes of those that wait and come before this one, in their order.</param>
    /// <returns>Null when it may have a slot; else what it waits for.</returns>
    public static string? WaitingFor(
        IReadOnlyCollection<SlotRoute> held, ImmutableArray<SlotRoute> ahead, SlotRoute mine, SlotLimits limits)
    {
        var total = held.Count;
        var routes = held.CountBy(route => route).ToDictionary();
        bool HasRoom(SlotRoute route) => total < limits.InTotal && routes.GetValueOrDefault(route) < limits.PerRoute;

        // Those ahead take what is free first; one whose own route is full holds nobody up on another.
        foreach (var other in ahead.Where(HasRoom))
        {
            total++;
            routes[other] = routes.GetValueOrDefault(other) + 1;
        }

        if (HasRoom(mine))
        {
            return null;
        }

        return routes.GetValueOrDefault(mine) >= limits.PerRoute
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"a slot: {held.Count(route => route == mine)} of {limits.PerRoute} on route {mine.Source}→{mine.Target}, {ahead.Count(route => route == mine)} ahead")
            : string.Create(CultureInfo.InvariantCulture, $"a slot: {held.Count} of {limits.InTotal} in total, {ahead.Length} ahead");
    }
}
