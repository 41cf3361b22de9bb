using Idp.Core;
using Idp.Storage.Regions;
using static Idp.Storage.Tests.Regions.TwoRegions;

namespace Idp.Storage.Tests.Regions.Crashes;

/// <summary>Runs a story again and again, with the crash one boundary later each time, until it ends without one.</summary>
internal sealed class CrashRun(TwoRegions regions, CrashStory story, CrashKind kind, Func<MoverOptions> options, CancellationToken token)
{
    // Many times what any story needs.
    private const int MaxBoundaries = 2_000;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private readonly string _key = $"{story.Name} {kind}";

    /// <param name="first">The first boundary of those that are tried.</param>
    /// <param name="step">How far from one to the next; 1 tries all.</param>
    /// <returns>How many boundaries the story has, rounded up to a step.</returns>
    public async Task<int> EnumerateAsync(int first = 1, int step = 1)
    {
        var bystanders = await BearBystandersAsync();
        var untouched = await StateAsync(bystanders);
        for (var boundary = first; boundary < MaxBoundaries; boundary += step)
        {
            await using var scene = new CrashScene(regions, story, $"{_key}, {boundary}", options(), token);
            await scene.PrepareAsync();
            scene.Relay.Arm(boundary, kind);
            bool hasCrashed;
            try
            {
                hasCrashed = await CrashAsync(scene);
                Assert.Equal(untouched, await StateAsync(bystanders));
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                throw new CrashFailedException($"{story.Name}, {kind} at boundary {boundary}, {scene.Relay.FiredAt ?? "the end"}: {failure.Message}", failure);
            }

            if (!hasCrashed)
            {
                return boundary - 1;
            }
        }

        throw new InvalidOperationException($"{story.Name} does not end within {MaxBoundaries} boundaries.");
    }

    private async Task<bool> CrashAsync(CrashScene scene)
    {
        var acting = scene.ActAsync(goesOn: kind is CrashKind.Stall);
        await Task.WhenAny(acting, scene.Relay.Fired);
        var hasCrashed = scene.Relay.Fired.IsCompleted;
        if (kind is not CrashKind.Stall || !hasCrashed)
        {
            await acting;
        }

        // The client goes on while others recover: a frozen object holds it up, a crash does not.
        var writing = scene.WriteMeanwhileAsync();
        var recovering = RecoverAsync(scene, writing);
        await UnblockAsync(scene.Relay, recovering);
        await scene.Client.WriteAsync(token);
        await scene.AssertSettledAsync();
        if (kind is CrashKind.Stall && hasCrashed)
        {
            // What a session of the stalled mover waited for it may have got since.
            var beginning = scene.BeginAnotherAsync();
            await UnblockAsync(scene.Relay, beginning);
            var finish = await beginning;
            scene.Relay.Release();
            await acting;
            await finish();
            await scene.Client.WriteAsync(token);
            await scene.AssertSettledAsync();
        }

        return hasCrashed;
    }

    private static async Task RecoverAsync(CrashScene scene, Task writing)
    {
        await scene.RememberAsync();
        await scene.RecoverAsync();
        await writing;
    }

    /// <summary>A stalled mover may hold a lock that others need; its server ends a session that is idle in a transaction for too long, and so do we.</summary>
    private async Task UnblockAsync(CrashRelay relay, Task waiting)
    {
        while (kind is CrashKind.Stall && await Task.WhenAny(waiting, Task.Delay(Period, token)) != waiting)
        {
            foreach (var region in new[] { East, West })
            {
                var blocker = await regions.AskAsync<int>(region, $"""
                    SELECT b.client_port FROM pg_stat_activity a, unnest(pg_blocking_pids(a.pid)) p(pid), pg_stat_activity b
                    WHERE b.pid = p.pid AND b.client_port IN (0{string.Concat(relay.ServerSidePorts.Select(port => $", {port}"))}) LIMIT 1
                    """);
                if (blocker != 0)
                {
                    relay.Cut(blocker);
                }
            }
        }

        await waiting;
    }

    // One that stays where it was born, one that has moved, one that is in grace.
    private async Task<ObjectId[]> BearBystandersAsync()
    {
        var ids = new[] { "born", "moved", "in grace" }.Select(kept => new ObjectId(Users, $"{_key}, {kept}")).ToArray();
        foreach (var (number, id) in ids.Index())
        {
            await regions.BearAsync(id, 3);
            var mover = regions.Mover(id, East, West, regions.NextMove());
            if (number > 0)
            {
                await mover.StartAsync(token);
                await mover.CopyAsync(_ => { }, token);
                await mover.SwitchAsync(token);
                await mover.OpenAsync(token);
            }

            if (number == 1)
            {
                await mover.CleanUpAsync(_ => { }, token);
            }
        }

        return ids;
    }

    private async Task<string> StateAsync(ObjectId[] ids)
    {
        var states = new List<string>();
        foreach (var id in ids)
        {
            foreach (var region in new[] { East, West })
            {
                states.Add(await regions.RowsAsync(region, id));
                states.Add(await regions.AskAsync<string>(region, $"SELECT o::text FROM idp.ownership o WHERE object = '{id.Key}'") ?? "unknown");
            }
        }

        return string.Join('\n', states);
    }
}
