using Idp.Core.Sharding;

namespace Idp.Core.Tests.Sharding;

public sealed class PricerTests
{
    [Theory]
    [InlineData(8, 1)]
    [InlineData(5, 2)]
    [InlineData(1, 3)]
    public void Price_EightLanesAtOnce_FindsWhatOneByOneFinds(int regions, int seed)
    {
        var problem = Fleets.Random(61, Math.Max(regions, 2), seed, room: 1, budget: 1);
        var terms = new FleetTerms(problem);
        var items = new FleetItems(problem, terms, new ParallelOptions());
        var random = new Random(seed);
        double[] prices = [.. Enumerable.Range(0, terms.LimitCount).Select(_ => random.NextDouble() * 0.01)];
        var tariff = Tariff.At(terms, prices);
        var (pricer, costs, choices) = (new Pricer(terms), new OptionCosts(terms), new LaneChoice[8]);

        for (var item = 0; item < items.Count; item++)
        {
            pricer.Price(items.Blocks.BlockOf(item), tariff, choices);
            costs.Fill(new ItemView(terms, items.Blocks.BlockOf(item), item % 8), tariff);
            var order = costs.Cheapest(double.PositiveInfinity, 2);

            var choice = choices[item % 8];
            Assert.Equal(costs.Usd[order[0]], choice.Usd, choice.Usd * 1e-12);
            Assert.Equal((costs.SetOf[order[0]], terms.Sets.Members[order[0]]), (choice.Set, choice.Primary));
            if (order.Length > 1)
            {
                Assert.Equal(costs.Usd[order[1]] - costs.Usd[order[0]], choice.Margin, choice.Usd * 1e-11);
            }
        }
    }

    [Fact]
    public void Fill_AnyChoice_CostsWhatItsPlainTermsCostAtThePrices()
    {
        var problem = Fleets.Random(20, 5, seed: 4, room: 1, budget: 1);
        var terms = new FleetTerms(problem);
        var items = new FleetItems(problem, terms, new ParallelOptions());
        double[] prices = [.. Enumerable.Range(0, terms.LimitCount).Select(limit => 0.001 * (limit + 1))];
        var costs = new OptionCosts(terms);

        for (var item = 0; item < items.Count; item++)
        {
            costs.Fill(new ItemView(terms, items.Blocks.BlockOf(item), item % 8), Tariff.At(terms, prices));
            foreach (var (sites, primary) in PlainCosts.Choices(problem, item))
            {
                var plain = PlainCosts.Of(problem, item, sites, primary);
                var usd = plain.Usd + (prices[^1] * plain.InfrastructureUsd)
                    + plain.Gb.Select((gb, site) => gb * prices[site]).Sum() + plain.Operations.Select((count, site) => count * prices[5 + site]).Sum();
                var (start, end) = terms.Sets.MembersOf(terms.Sets.IndexOf(sites));
                Assert.Equal(usd, costs.Usd[start + terms.Sets.Members.AsSpan(start..end).IndexOf((byte)primary)], usd * 1e-12);
            }
        }
    }
}
