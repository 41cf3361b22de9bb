using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Idp.DevServer.Tests.Differential;

/// <summary>Plays every scenario once on each engine that is asked for, many at a time: they mostly wait.</summary>
public sealed class ScenarioRuns : IAsyncDisposable
{
    private const int AtOnce = 24;

    // The slowest story waits for a few timeouts of a second each.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    private readonly ConcurrentDictionary<Engine, Lazy<Task<Dictionary<string, Task<JsonObject>>>>> _runs = new();
    private readonly ConcurrentBag<ServerUnderTest> _servers = [];

    /// <returns>What the scenario saw on that engine, normalised.</returns>
    public async Task<JsonObject> TranscriptAsync(Engine engine, string scenario)
    {
        var runs = await _runs.GetOrAdd(engine, key => new(() => StartAsync(key))).Value;
        return await runs[scenario];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private async Task<Dictionary<string, Task<JsonObject>>> StartAsync(Engine engine)
    {
        var server = await ServerUnderTest.StartAsync(engine, CancellationToken.None);
        _servers.Add(server);
        var gate = new SemaphoreSlim(AtOnce);
        return Scenario.All.ToDictionary(scenario => scenario.Name, scenario => PlayAsync(server, scenario, gate), StringComparer.Ordinal);
    }

    private static async Task<JsonObject> PlayAsync(ServerUnderTest server, Scenario scenario, SemaphoreSlim gate)
    {
        await gate.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            var session = new Session(server, scenario.Name, limit.Token);
            try
            {
                await Task.Run(() => scenario.PlayAsync(session), CancellationToken.None).WaitAsync(limit.Token);
            }
            catch (Exception failure)
            {
                throw new ScenarioFailedException(session.Transcript(), failure);
            }

            return session.Transcript();
        }
        finally
        {
            gate.Release();
        }
    }
}
