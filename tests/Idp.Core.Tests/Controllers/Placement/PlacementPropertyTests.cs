using System.Collections.Immutable;
using CsCheck;
using Idp.Core.Controllers.Placement;
using static Idp.Core.Tests.Controllers.Placement.World;

namespace Idp.Core.Tests.Controllers.Placement;

public sealed class PlacementPropertyTests
{
    private static readonly Gen<(int[] PerDay, int Primary, bool[] Excluded)> Cases =
        Gen.Select(Gen.Int[0, 200].Array[3], Gen.Int[0, 2], Gen.Bool.Array[3]);

    [Fact]
    public void Decide_AnyDemandAndPolicy_NeverChoosesAnExcludedRegion() =>
        Cases.Sample(@case =>
        {
            var excluded = Regions.Where((_, i) => @case.Excluded[i]).Select(region => region.Id).ToHashSet();
            var subject = Build(@case, region => region) with { Excluded = [.. excluded.Select(region => new RegionExclusion(region, "no"))] };
            for (var run = 0; run < 6; run++)
            {
                var plan = new PlacementController(Eager).Decide(Snapshot(subject));
                var to = plan.Proposals[0].To;
                Assert.True(to == subject.Primary || !excluded.Contains(to));
                subject = subject with { Primary = to, Memory = plan.Memories[0] };
            }
        });

    [Fact]
    public void Decide_RegionsRenamed_GivesTheSameAnswerRenamed() =>
        Gen.Select(Cases, Gen.Shuffle(new[] { "x", "y", "z" })).Sample((@case, names) =>
        {
            var map = Regions.Select((region, i) => (region.Id, New: RegionId.Parse(names[i]))).ToDictionary(pair => pair.Id, pair => pair.New);
            var ms = Regions.SelectMany(from => Regions.Select(to => (from.Id, To: to.Id)))
                .ToDictionary(pair => (map[pair.Id], map[pair.To]), pair => World.RoundTrips[pair.Id, pair.To]);
            var renamed = Snapshot(Build(@case, region => map[region])) with
            {
                RoundTrips = new RoundTrips([.. World.RoundTrips.Regions.Select(region => map[region])], ms),
                Regions = [.. Regions.Select(region => region with { Id = map[region.Id] })],
            };

            var original = new PlacementController(Eager).Decide(Snapshot(Build(@case, region => region)));
            var answer = new PlacementController(Eager).Decide(renamed);

            Assert.Equal(map[original.Memories[0].Plan], answer.Memories[0].Plan);
            Assert.Equal(original.Proposals[0].Candidates.Select(c => map[c.Region]), answer.Proposals[0].Candidates.Select(c => c.Region));
        });

    private static PlacementSubject Build((int[] PerDay, int Primary, bool[] Excluded) @case, Func<RegionId, RegionId> name) =>
        Subject(name(Regions[@case.Primary].Id), [.. Regions.Select((region, i) => (name(region.Id), @case.PerDay[i]))]);
}
