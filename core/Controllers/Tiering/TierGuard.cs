using System.Collections.Frozen;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Controllers.Tiering;

/// <summary>The rules between the cheapest tier and a change.</summary>
internal sealed class TierGuard
{
    private readonly TieringOptions _options;
    private readonly DateTimeOffset _asOf;
    private readonly double _band;
    private readonly string? _tooOld;
    private readonly FrozenDictionary<RegionId, TrafficProfile> _traffic;

    public TierGuard(TieringOptions options, TieringSnapshot snapshot)
    {
        _options = options;
        _asOf = snapshot.AsOf;
        var trust = TelemetryTrust.Of(snapshot.TelemetryAge, snapshot.TelemetryPeriod);
        _band = 1 + ((options.Band - 1) * trust.Width);
        _tooOld = trust.HeldBecause;
        _traffic = snapshot.Traffic.ToFrozenDictionary(profile => profile.Region);
    }

    /// <summary>Brings the memory up to date with what has happened since the last run.</summary>
    public TierMemory Settle(TieringSubject subject)
    {
        if (subject.Memory is not { } memory)
        {
            return new TierMemory(subject.Object, subject.Tier);
        }

        var (count, last) = Reversals.Forgive(memory.Reversals, memory.LastReversal, _options.ReversalWindow, _asOf);
        memory = count == memory.Reversals ? memory : memory with { Reversals = count, LastReversal = last };
        if (subject.Tier == memory.Tier)
        {
            return memory;
        }

        var reversed = subject.Tier == memory.Previous && _asOf - memory.ChangedAt < _options.ReversalWindow;
        return memory with
        {
            Tier = subject.Tier,
            Previous = memory.Tier,
            ChangedAt = _asOf,
            Challenger = null,
            ChallengerSince = null,
            Reversals = memory.Reversals + (reversed ? 1 : 0),
            LastReversal = reversed ? _asOf : memory.LastReversal,
        };
    }

    public (TierMemory Memory, TierVerdict Verdict) Judge(TieringSubject subject, TierMemory memory, TierLines lines)
    {
        var current = lines.Current;
        if (!lines.IsAllowed(current))
        {
            return (memory, Refuge(subject, lines));
        }

        // Colder is judged as if the object were hotter than it looks, hotter as if it were cooler: the band between.
        var (high, low) = (High(lines), lines.AccessesPerDay / _band);
        var colder = lines.Cheapest(high, tier => tier > current && lines.RunningUsd(tier, high) < lines.RunningUsd(current, high));
        var hotter = lines.Cheapest(low, tier => tier < current && lines.RunningUsd(tier, low) < lines.RunningUsd(current, low));
        var promotes = hotter is { } up
            && (colder is not { } down || lines.RunningUsd(up, lines.AccessesPerDay) <= lines.RunningUsd(down, lines.AccessesPerDay));
        memory = Challenge(memory, promotes ? null : colder is { } challenger ? lines[challenger].Tier : null);
        if ((promotes ? hotter : colder) is not { } to)
        {
            return (memory, Hold(current, null));
        }

        var at = promotes ? low : high;
        var value = lines.RunningUsd(current, at) - lines.RunningUsd(to, at);
        var change = lines.ChangeUsd(to, _asOf) + _options.ChangeOverheadUsd;
        var why = WhyNotNow(subject, memory) ?? (promotes ? null : WhyNotDemote(subject, memory)) ?? WhyNotPaid(value, change);
        if (why is not null)
        {
            return (memory, Hold(to, why));
        }

        var window = promotes ? null : _traffic.GetValueOrDefault(subject.Primary)?.NextWindow(_asOf, _options.LowTrafficShare);
        return (memory, window is { } start
            ? Hold(to, $"waits for the low-traffic window at {start:yyyy-MM-dd HH:mm} UTC") with { NotBefore = start, ChangeUsd = change }
            : new TierVerdict(to, to, value, change, IsForced: false, HeldBecause: null, NotBefore: null));

        TierVerdict Hold(int rival, string? because) => new(current, rival, 0, 0, IsForced: false, because, NotBefore: null);
    }

    /// <value>The temperature that demotion must pay at.</value>
    public double High(TierLines lines) => (lines.AccessesPerDay + (_options.PriorAccesses * Math.Log(2) / _options.HalfLife.TotalDays)) * _band;

    /// <value>Temperatures are multiplied and divided by it.</value>
    public double Band => _band;

    private TierVerdict Refuge(TieringSubject subject, TierLines lines)
    {
        var current = lines.Current;
        if (lines.Cheapest(lines.AccessesPerDay, _ => true) is not { } refuge || subject.IsChanging)
        {
            return new TierVerdict(current, current, 0, 0, false, subject.IsChanging ? "a change of it is open" : "every tier is excluded", null);
        }

        var value = lines.RunningUsd(current, lines.AccessesPerDay) - lines.RunningUsd(refuge, lines.AccessesPerDay);
        return new TierVerdict(refuge, refuge, value, lines.ChangeUsd(refuge, _asOf) + _options.ChangeOverheadUsd, true, null, null);
    }

    private TierMemory Challenge(TierMemory memory, StorageTier? challenger) =>
        challenger == memory.Challenger
            ? memory
            : memory with
            {
                Challenger = challenger,

                // A still colder tier goes on with the time of the former one: the object has been too cold for its place all along.
                ChallengerSince = challenger is null ? null : memory.ChallengerSince is { } since && challenger > memory.Challenger ? since : _asOf,
            };

    private string? WhyNotNow(TieringSubject subject, TierMemory memory)
    {
        if (subject.IsChanging)
        {
            return "a change of it is open";
        }

        var rested = _asOf - memory.ChangedAt;
        return _tooOld ?? (rested < _options.CoolDown
            ? $"changed {rested.Value.TotalMinutes:0} min ago, cool-down {_options.CoolDown.TotalMinutes:0} min"
            : null);
    }

    private string? WhyNotDemote(TieringSubject subject, TierMemory memory)
    {
        var known = _asOf - subject.FirstSeen;
        if (known < _options.MinObservation)
        {
            return $"known for {known.TotalDays:0.#} days, limit {_options.MinObservation.TotalDays:0.#}";
        }

        var needed = _options.DemoteAfter * Math.Pow(2, memory.Reversals);
        var held = _asOf - memory.ChallengerSince!.Value;
        return held < needed
            ? $"{memory.Challenger} has been cheaper for {held.TotalHours:0.#} h, limit {needed.TotalHours:0.#} h after {memory.Reversals} reversals"
            : null;
    }

    private string? WhyNotPaid(double valueUsd, double changeUsd)
    {
        var earned = valueUsd * _options.PaybackHorizon.TotalDays;
        return earned < _options.MinPayback * changeUsd
            ? $"would earn {Wording.Usd(earned)} in {_options.PaybackHorizon.TotalDays:0.#} days, limit {_options.MinPayback:0.#} × the change's {Wording.Usd(changeUsd)}"
            : null;
    }
}
