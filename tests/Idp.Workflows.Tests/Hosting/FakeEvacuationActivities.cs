using System.Collections.Concurrent;
using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Workflows.Contracts;
using Temporalio.Activities;

namespace Idp.Workflows.Tests.Hosting;

/// <summary>Answers every evacuation by its own script.</summary>
internal sealed class FakeEvacuationActivities : IEvacuationActivities
{
    private readonly ConcurrentDictionary<string, EvacuationScript> _scripts = new();

    public EvacuationScript Script(EvacuationId id) => _scripts.GetOrAdd(id.Value, _ => new EvacuationScript());

    [Activity]
    public async Task<EvacuationOpened> OpenEvacuationAsync(EvacuationRequest request)
    {
        await Script(request.Id).PassAsync("Open");
        return new EvacuationOpened(Script(request.Id).Refusal);
    }

    [Activity]
    public async Task<EvacuationAdvance> AdvanceEvacuationAsync(EvacuationRequest request)
    {
        var script = Script(request.Id);
        if (!script.Turns.TryDequeue(out var turn))
        {
            script.Hold("Advance");
        }

        await script.PassAsync("Advance", hearsCancellation: !script.IsDeaf);
        return turn!;
    }

    [Activity]
    public async Task<ImmutableArray<BatchId>> EndEvacuationAsync(EvacuationEnd end)
    {
        await Script(end.Id).PassAsync(end.IsCancelled ? "End cancelled" : "End");
        return [.. Script(end.Id).UnderWay];
    }
}
