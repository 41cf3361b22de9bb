using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Controllers.Placement;

/// <summary>Chooses the region of each object's primary: exactly, by latency value and price, and holds against noise.</summary>
/// <remarks>
/// Three steps an object. Its <i>plan</i> follows the cheapest region once that has passed the bands long enough.
/// A <i>ledger</i> counts on real accesses what the plan earns against staying home, and says whether to follow it.
/// What is followed and differs from today's primary is proposed, unless the object rests, changes or moved too often.
/// Pure: the same snapshot and options always give the same plan, in the same order.
/// </remarks>
public sealed class PlacementController : IController<PlacementSnapshot, PlacementPlan>
{
    private readonly PlacementOptions _options;
    private readonly ILatencyValue _latencyValue;

    public PlacementController(PlacementOptions options)
        : this(options, options.ToLatencyValue())
    {
    }

    /// <param name="latencyValue">What waiting costs where a snapshot does not say; replaces the line that the options describe.</param>
    public PlacementController(PlacementOptions options, ILatencyValue latencyValue)
    {
        _options = options;
        _latencyValue = latencyValue;
    }

    public string Name => "placement";

    /// <returns>A proposal for every object, holding included.</returns>
    public PlacementPlan Decide(PlacementSnapshot snapshot)
    {
        var markets = new Markets(_options, _latencyValue, snapshot);
        var bookkeeping = new Bookkeeping(_options, markets, snapshot.AsOf);
        var guard = new Guard(_options, snapshot);

        var settled = snapshot.Objects.Select(bookkeeping.Settle).ToArray();
        var ledgers = settled
            .GroupBy(memory => memory.Object.Dataset)
            .ToDictionary(group => group.Key, group => group.Aggregate(default(RealizedGain), (sum, memory) => sum.Plus(memory.Ledger)));

        var proposals = ImmutableArray.CreateBuilder<Proposal>(settled.Length);
        var memories = ImmutableArray.CreateBuilder<PlacementMemory>(settled.Length);
        foreach (var (index, subject) in snapshot.Objects.Index())
        {
            var market = markets.Of(subject.Object.Dataset);
            var scores = market.Score(subject);
            var (memory, pending) = guard.Replan(subject, settled[index], market, scores);
            var trust = Trust.Of(memory.Ledger, ledgers[subject.Object.Dataset], _options);
            var verdict = guard.Judge(subject, memory, market, scores, trust, pending);
            proposals.Add(new ProposalWriter(_options, market, subject, scores).Write(Name, verdict));
            memories.Add(memory);
        }

        return new PlacementPlan(proposals.MoveToImmutable(), memories.MoveToImmutable());
    }

    /// <summary>How much more demand would favour a region over the one that a proposal names.</summary>
    /// <returns>Null when the region may not have the object, or the snapshot does not hold it.</returns>
    public string? WhatWouldFavour(PlacementSnapshot snapshot, Proposal proposal, RegionId region)
    {
        if (snapshot.Objects.FirstOrDefault(subject => subject.Object == proposal.Object) is not { } subject)
        {
            return null;
        }

        if (subject is { IsLed: true, Lead: { } lead })
        {
            return $"a plan leads it, made {lead.PlannedAt:yyyy-MM-dd HH:mm} for 168 h ahead: {lead.Flip}";
        }

        var market = new Markets(_options, _latencyValue, snapshot).Of(subject.Object.Dataset);
        var scores = market.Score(subject);
        var rival = market.IndexOf(region);
        return scores.IsAllowed(rival)
            ? new ProposalWriter(_options, market, subject, scores).Flip(market.IndexOf(proposal.To), rival, new Guard(_options, snapshot).Bands)
            : null;
    }
}
