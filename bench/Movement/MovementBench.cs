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
        await SayAsync("small objects through Temporal");
        await SmallMoves.AddAsync(all, cancellationToken);
        foreach (var roundTrip in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(70) })
        {
            await SayAsync($"switch with {roundTrip.TotalMilliseconds} ms between the regions");
            await new SwitchPause(roundTrip).AddAsync(all, cancellationToken);
        }

        await using (var stores = await TwoStores.StartAsync(TimeSpan.Zero, cancellationToken))
        {
            await SayAsync("fence and log");
            await new FenceCost(stores).AddAsync(all, cancellationToken);
            await SayAsync("copy");
            await new CopySpeed(stores).AddAsync(all, cancellationToken);
        }

        await using (var stores = await TwoStores.StartAsync(TimeSpan.Zero, cancellationToken))
        {
            await SayAsync("load beside a copy");
            await new LoadSlowdown(stores, all[$"pipeMbPerSecondAt{HeadlineRows}Rows"] * 1e6).AddAsync(all, cancellationToken);
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

    private static Task SayAsync(string what) => Console.Error.WriteLineAsync($"movement: {what}");
}
