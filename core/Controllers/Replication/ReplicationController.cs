using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Replication;

/// <summary>Keeps as many copies of each object as availability and durability ask for, and more only where demand pays for them.</summary>
/// <remarks>
/// The required number follows from the availability target with common-mode failures counted (<see cref="AvailabilityModel"/>),
/// the data-loss limit and the durability minimum. Beyond it a copy comes where its readers are worth more than its storage and
/// its writes, on the cautious side of a band, and goes when it has long failed to pay. One change an object and run. Pure: the
/// same snapshot and options always give the same plan, in the same order.
/// </remarks>
/// <param name="latencyValue">What waiting costs; of the service whose objects the snapshot holds.</param>
public sealed class ReplicationController(ReplicationOptions options, ILatencyValue latencyValue) : IController<ReplicationSnapshot, ReplicationPlan>
{
    public string Name => "replication";

    /// <returns>A proposal and the arithmetic for every object, holding included.</returns>
    public ReplicationPlan Decide(ReplicationSnapshot snapshot)
    {
        var market = new ReplicaMarket(options, latencyValue, snapshot);
        var guard = new ReplicaGuard(options, market, snapshot);
        var proposals = ImmutableArray.CreateBuilder<Proposal>(snapshot.Objects.Length);
        var arithmetic = ImmutableArray.CreateBuilder<ReplicationArithmetic>(snapshot.Objects.Length);
        var memories = ImmutableArray.CreateBuilder<ReplicationMemory>(snapshot.Objects.Length);
        foreach (var subject in snapshot.Objects)
        {
            var copies = new CopySet(market.IndexOf(subject.Primary), [.. subject.Replicas.Select(market.IndexOf)]);
            var requirements = new Requirements(options, market, subject);
            var (memory, verdict) = guard.Judge(subject, copies, requirements);
            var writer = new ReplicaWriter(options, market, subject, copies, requirements);
            proposals.Add(writer.Write(Name, verdict));
            arithmetic.Add(writer.Arithmetic());
            memories.Add(memory);
        }

        return new ReplicationPlan(proposals.MoveToImmutable(), arithmetic.MoveToImmutable(), memories.MoveToImmutable());
    }
}
