using System.Net;
using Idp.Core;

namespace Idp.Embedded;

/// <summary>Stands between every party and each region's store: adds the round trip between their regions, and faults on demand.</summary>
/// <remarks>
/// A link delays and does not throttle: what is read at one moment is written half a round trip later, whatever is
/// on its way already. A new connection carries its first byte after one round trip more. Loopback only.
/// </remarks>
public sealed class LinkProxy : IAsyncDisposable
{
    private readonly RoundTrips _roundTrips;
    private readonly Func<RegionId, IPEndPoint> _stores;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly LinkClock _clock;
    private readonly Lock _guard = new();
    private readonly Dictionary<(RegionId Caller, RegionId Store), Link> _links = [];
    private readonly List<Injection> _injections = [];

    /// <param name="roundTrips">Milliseconds between each pair of regions.</param>
    /// <param name="stores">Where a region's store listens now; asked for each new connection, so a store may move.</param>
    /// <param name="timeProvider">Stamps the bytes. The waiting is real.</param>
    /// <param name="random">Draws the jitter. Default: seeded with 1.</param>
    public LinkProxy(
        RoundTrips roundTrips, Func<RegionId, IPEndPoint> stores, TimeProvider? timeProvider = null, Random? random = null)
    {
        _roundTrips = roundTrips;
        _stores = stores;
        _time = timeProvider ?? TimeProvider.System;
        _random = random ?? new Random(1);
        _clock = new LinkClock(_time);
    }

    /// <summary>Where a caller in <paramref name="caller"/> reaches the store of <paramref name="store"/>; opened on first use.</summary>
    /// <exception cref="KeyNotFoundException">The pair is not in the matrix.</exception>
    public IPEndPoint Endpoint(RegionId caller, RegionId store)
    {
        lock (_guard)
        {
            return OpenLink(caller, store).Endpoint;
        }
    }

    /// <summary>Bytes and connections of one link so far; all zero for one that nobody used.</summary>
    public LinkTraffic Traffic(RegionId caller, RegionId store)
    {
        lock (_guard)
        {
            return _links.TryGetValue((caller, store), out var link) ? link.Traffic : new LinkTraffic(0, 0, 0, 0);
        }
    }

    /// <summary>Starts a fault. Several may be in force at once: latencies add up, reset wins.</summary>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="caller">The callers' region, or null for any.</param>
    /// <param name="store">The store's region, or null for any.</param>
    /// <returns>Ends the fault when disposed.</returns>
    public IDisposable Inject(LinkFault fault, RegionId? caller, RegionId? store)
    {
        var injection = new Injection(this, fault, caller, store);
        lock (_guard)
        {
            _injections.Add(injection);
            Apply(injection);
        }

        return injection;
    }

    public ValueTask DisposeAsync()
    {
        lock (_guard)
        {
            foreach (var link in _links.Values)
            {
                link.Dispose();
            }

            _links.Clear();
        }

        _clock.Dispose();
        return ValueTask.CompletedTask;
    }

    private Link OpenLink(RegionId caller, RegionId store)
    {
        if (!_links.TryGetValue((caller, store), out var link))
        {
            link = new Link(() => _stores(store), ConditionsOf(caller, store), _clock, _random);
            _links.Add((caller, store), link);
        }

        return link;
    }

    private LinkConditions ConditionsOf(RegionId caller, RegionId store) => LinkConditions.From(
        TimeSpan.FromMilliseconds(_roundTrips[caller, store]),
        [.. _injections.Where(injection => injection.Concerns(caller, store)).Select(injection => injection.Fault)],
        _time);

    private void Apply(Injection changed)
    {
        foreach (var ((caller, store), link) in _links)
        {
            if (changed.Concerns(caller, store))
            {
                link.Become(ConditionsOf(caller, store));
            }
        }
    }

    private void End(Injection injection)
    {
        lock (_guard)
        {
            if (_injections.Remove(injection))
            {
                Apply(injection);
            }
        }
    }

    private sealed class Injection(LinkProxy proxy, LinkFault fault, RegionId? caller, RegionId? store) : IDisposable
    {
        public LinkFault Fault => fault;

        public bool Concerns(RegionId from, RegionId to) => (caller ?? from) == from && (store ?? to) == to;

        public void Dispose() => proxy.End(this);
    }
}
