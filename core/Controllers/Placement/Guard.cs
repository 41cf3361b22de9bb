namespace Idp.Core.Controllers.Placement;

/// <summary>The rules between the cheapest region and a move (DESIGN section 5, reactive moves).</summary>
internal sealed class Guard
{
    private readonly PlacementOptions _options;
    private readonly DateTimeOffset _asOf;
    private readonly Bands _bands;
    private readonly string? _tooOld;

    public Guard(PlacementOptions options, PlacementSnapshot snapshot)
    {
        _options = options;
        _asOf = snapshot.AsOf;
        var trust = TelemetryTrust.Of(snapshot.TelemetryAge, snapshot.TelemetryPeriod, options.WidenAfterPeriods, options.HoldAfterPeriods);
        _bands = new Bands(options.MinGain * trust.Width, options.MinPayback * trust.Width, options.PaybackHorizon);
        _tooOld = trust.HeldBecause;
    }

    public Bands Bands => _bands;

    /// <summary>Lets the plan follow the cheapest region once that has passed the bands for long enough.</summary>
    /// <returns>The memory with its new plan, and what still keeps the plan from the cheapest region; null when nothing does.</returns>
    public (PlacementMemory Memory, string? Pending) Replan(
        PlacementSubject subject, PlacementMemory memory, Market market, Scores scores)
    {
        var plan = market.IndexOf(memory.Plan);
        if (scores.Best() is not { } best)
        {
            return (memory, "every region is excluded");
        }

        if (!scores.IsAllowed(plan))
        {
            memory = Adopt(memory, market[best], costUsd: 0);
            plan = best;
        }

        if (!scores.IsAllowed(market.IndexOf(memory.Home)))
        {
            memory = memory with { Home = memory.Plan, Ledger = default };
        }

        if (_tooOld is not null || scores.RunningUsd(best) >= scores.RunningUsd(plan))
        {
            return (memory with { Challenger = null, HeldLoops = 0 }, _tooOld);
        }

        var today = scores.RunningUsd(plan);
        var moveUsd = market.MoveUsd(subject, plan);
        if (_bands.WhyNot(today - scores.RunningUsd(best), today, moveUsd) is { } narrow)
        {
            return (memory with { Challenger = null, HeldLoops = 0 }, $"{market[best]} {narrow}");
        }

        var held = memory.Challenger == market[best] ? memory.HeldLoops + 1 : 1;
        return held < _options.HoldLoops
            ? (memory with { Challenger = market[best], HeldLoops = held },
                $"{market[best]} has won {held} runs in a row, limit {_options.HoldLoops}")
            : (Adopt(memory, market[best], moveUsd), null);
    }

    /// <summary>Decides between following the plan, going home and staying, and whether the object may move now.</summary>
    public Verdict Judge(
        PlacementSubject subject, PlacementMemory memory, Market market, Scores scores, Trust trust, string? pending)
    {
        var primary = market.IndexOf(subject.Primary);
        var plan = market.IndexOf(memory.Plan);
        var target = trust.Follows ? plan : trust.Usd < 0 ? market.IndexOf(memory.Home) : primary;
        if (!scores.IsAllowed(primary))
        {
            return scores.Best() is { } refuge && !subject.IsChanging
                ? new Verdict(primary, refuge, scores.RunningUsd(primary) - scores.RunningUsd(refuge), true, false, null, trust, _bands)
                : Hold(subject.IsChanging ? "a migration of it is open" : "every region is excluded");
        }

        if (subject is { IsLed: true, Lead: { } lead })
        {
            return Follow(lead);
        }

        var distrust = trust.Follows || plan == primary
            ? null
            : $"following plans has not surely paid yet: its own ledger for {market[plan]} stands at {Wording.Usd(trust.Usd)}, "
                + $"its dataset's at {Wording.Usd(trust.DatasetUsd)}, less {_options.LedgerStandardErrors:0.##} and {_options.DatasetStandardErrors:0.##} standard errors";
        if (target == primary)
        {
            return Hold(distrust ?? pending);
        }

        var isRetreat = target != plan;
        var value = isRetreat
            ? -trust.UsdPerOperation * scores.OperationsPerDay
            : scores.RunningUsd(primary) - scores.RunningUsd(target);
        var today = isRetreat ? value : scores.RunningUsd(primary);
        return WhyNotNow(subject, memory) is { } busy
            ? Hold(busy)
            : _bands.WhyNot(value, today, market.MoveUsd(subject, primary)) is { } narrow
                ? Hold($"{market[target]} {narrow}")
                : new Verdict(primary, target, value, false, isRetreat, null, trust, _bands);

        // The planner has its own bands and limits; here is only what it cannot know.
        Verdict Follow(PlannedLead lead)
        {
            var to = market.IndexOf(lead.To);
            return to == primary ? Hold(lead.Reason) with { Lead = lead }
                : !scores.IsAllowed(to) ? Hold($"the plan wants {lead.To}: {scores.ExcludedBecause[to]}")
                : WhyNotNow(subject, memory) is { } busy ? Hold(busy)
                : new Verdict(primary, to, lead.ValueUsdPerDay, false, false, null, trust, _bands) { Lead = lead };
        }

        Verdict Hold(string? because) => new(primary, primary, 0, false, false, because, trust, _bands);
    }

    private string? WhyNotNow(PlacementSubject subject, PlacementMemory memory)
    {
        if (subject.IsChanging)
        {
            return "a migration of it is open";
        }

        if (_tooOld is not null)
        {
            return _tooOld;
        }

        if (memory.Copies.IsEmpty)
        {
            return null;
        }

        // Plans mean to come back soon, and say so; only what came back otherwise makes them rest.
        var rest = subject.IsLed && memory.Reversals == 0 ? TimeSpan.Zero : _options.CoolDown * Math.Pow(2, memory.Reversals);
        var rested = _asOf - memory.Copies[^1];
        if (rested < rest)
        {
            return $"moved {rested.TotalMinutes:0} min ago, cool-down {rest.TotalMinutes:0} min after {memory.Reversals} reversals";
        }

        var today = memory.Copies.Count(at => _asOf - at < TimeSpan.FromDays(1));
        return today >= _options.MaxCopiesPerDay
            ? $"copied {today} times in 24 h, limit {_options.MaxCopiesPerDay}"
            : null;
    }

    private PlacementMemory Adopt(PlacementMemory memory, RegionId plan, double costUsd) =>
        memory with
        {
            Plan = plan,
            Challenger = null,
            HeldLoops = 0,
            Ledger = memory.Ledger.Earn(-costUsd, 0, _asOf, _options.Burst),
        };
}
