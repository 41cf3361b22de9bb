using System.Globalization;

namespace Idp.Bench.Movement;

/// <summary>Moves of live rows beside PostgreSQL's own tools, and what they cost others, in one run on one machine.</summary>
internal sealed class MovementBench : IBench
{
    private const int HeadlineRows = 1_000_000;

    public string Name => "movement";

    public string Description => "copy against pipe, dump and pgcopydb; write pause of the switch; cost of fence, log, copy and routing; small objects a second";

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        LoadSlowdown.DemandMachine(); // Before a quarter of an hour of other work.
        var all = new Dictionary<string, double>();
        await RouteLookup.AddAsync(all);
        await StageAsync("small objects through Temporal", all, () => SmallMoves.AddAsync(all, cancellationToken));
        foreach (var roundTrip in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(70) })
        {
            await StageAsync(
                $"switch with {roundTrip.TotalMilliseconds} ms between the regions", all, () => new SwitchPause(roundTrip).AddAsync(all, cancellationToken));
        }

        await using (var stores = await TwoStores.StartAsync(TimeSpan.Zero, cancellationToken))
        {
            await StageAsync("fence and log", all, () => new FenceCost(stores).AddAsync(all, cancellationToken));
            await StageAsync("copy", all, () => new CopySpeed(stores).AddAsync(all, cancellationToken));
        }

        await using (var stores = await TwoStores.StartAsync(TimeSpan.Zero, cancellationToken))
        {
            await StageAsync(
                "load beside a copy", all, () => new LoadSlowdown(stores, all[$"pipeMbPerSecondAt{HeadlineRows}Rows"] * 1e6).AddAsync(all, cancellationToken));
        }

        // What everybody looks at first, then the rest.
        var headline = new Dictionary<string, double>
        {
            ["copyVsPipe"] = all[$"copyVsPipeAt{HeadlineRows}Rows"],
            ["copyVsParallelBound"] = all[$"copyVsParallelBoundAt{HeadlineRows}Rows"],
            ["cutoverPauseP99Ms"] = all["cutoverPauseP99Ms"],
            ["loadSlowdown"] = all["loadSlowdown"],
            ["fenceOverhead"] = all["fenceOverheadSingle"],
            ["logOverhead"] = all["logOverheadSingle"],
            ["smallMovesPerSecond"] = all["smallMovesPerSecond"],
            ["routeLookupNs"] = all["routeLookupNs"],
        };
        return headline.Concat(all.Where(figure => !headline.ContainsKey(figure.Key))).ToDictionary();
    }

    // Each stage's figures as soon as they are known: all of them take most of an hour on a slow machine.
    private static async Task StageAsync(string what, Dictionary<string, double> all, Func<Task> measure)
    {
        await Console.Error.WriteLineAsync($"movement: {what}");
        var known = all.Count;
        await measure();
        foreach (var (figure, value) in all.Skip(known))
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {figure} {value:0.####}"));
        }
    }
}
