using System.Collections.Immutable;
using System.Globalization;

namespace Idp.Storage.Tests.Control;

public sealed class SlotQueueTests
{
    private static readonly SlotLimits Limits = new(InTotal: 4, PerRoute: 2, TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData("", "", "ab", null)]
    [InlineData("ab", "", "ab", null)]
    [InlineData("ab ab", "", "ab", "a slot: 2 of 2 on route a→b, 0 ahead")]
    [InlineData("ab ab", "ab ab", "ab", "a slot: 2 of 2 on route a→b, 2 ahead")]
    [InlineData("ab ab", "ab ab", "cd", null)] // Those whose own route is full hold nobody up.
    [InlineData("ab", "ab", "ab", "a slot: 1 of 2 on route a→b, 1 ahead")] // The free one is for who comes first.
    [InlineData("ab ab cd cd", "ab", "ef", "a slot: 4 of 4 in total, 1 ahead")]
    [InlineData("ab ab cd", "ef", "ef", "a slot: 3 of 4 in total, 1 ahead")]
    [InlineData("ab ab cd", "ab", "ef", null)]
    public void WaitingFor_HeldAndAhead_IsFairAndSaysWhy(string held, string ahead, string mine, string? expected) =>
        Assert.Equal(expected, SlotQueue.WaitingFor(Routes(held), Routes(ahead), Routes(mine)[0], Limits));

    private static ImmutableArray<SlotRoute> Routes(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(route => new SlotRoute(route[0].ToString(CultureInfo.InvariantCulture), route[1].ToString(CultureInfo.InvariantCulture))),
    ];
}
