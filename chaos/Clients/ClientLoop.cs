using Idp.Chaos.World;
using Idp.Core;

namespace Idp.Chaos.Clients;

/// <summary>One client in one region: one transaction after the other, on any object.</summary>
internal sealed class ClientLoop(int number, int seed, Fleet fleet, Herd herd, Work work)
{
    private readonly Random _random = new((seed * 1_000) + number);

    public async Task RunAsync(CancellationToken stopping)
    {
        var plan = new Plan(number, _random);
        var region = ChaosWorld.Regions[number % ChaosWorld.Regions.Length];
        var isStale = number % 4 == 3;
        while (!stopping.IsCancellationRequested)
        {
            var (style, steps, isSession, hold) = plan.Next();
            var target = herd.Objects[_random.Next(herd.Objects.Length)];
            if (target.Current is not { } segment || !segment.TryBegin())
            {
                await Task.Yield();
                continue;
            }

            Ledger.LedgerEntry? entry = null;
            try
            {
                entry = await work.RunAsync(number, Source(region, target, isStale), segment, style, steps, hold, isSession, CancellationToken.None);
            }
            finally
            {
                segment.End(entry);
            }

            if (entry.Outcome is not Ledger.Outcome.Ok && style is Style.Batch)
            {
                await Task.Delay(20, CancellationToken.None); // A store that is down need not be asked a thousand times a second.
            }
        }
    }

    private Idp.Client.IdpDataSource Source(RegionId region, ChaosObject target, bool isStale) => fleet[region, target.Level, isStale];
}
