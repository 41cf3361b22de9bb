using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>Turns a solved plan and a verdict into a decision that explains itself.</summary>
internal sealed class PlanWriter(
    PlannerOptions options, HorizonProgram program, PlanningSubject subject, PlanMemory memory, DailyLimits limits, DateTimeOffset asOf)
{
    private readonly PlanWording _wording = new(program.Space.Costs);

    /// <returns>When the object has rested from its last change; null when it has.</returns>
    public DateTimeOffset? RestsUntil(bool isReactive)
    {
        if (memory.Changes.IsEmpty)
        {
            return null;
        }

        var rest = options.CoolDown * (isReactive ? Math.Pow(2, memory.Reversals.Length) : 1);
        var until = memory.Changes[^1].At + rest;
        return until > asOf ? until : null;
    }

    /// <returns>What the best plan that begins with a layout saves against staying put, as a share of that plan's cost.</returns>
    public double GainOf(Layout first)
    {
        var (plan, stay) = (CostOf(PathFrom(first)).TotalUsd, StayCost().TotalUsd);
        return plan > 0 ? (stay - plan) / plan : stay > plan ? double.PositiveInfinity : 0;
    }

    public PlanDecision Change(PlanVerdict verdict, Layout to, Layout wanted)
    {
        var path = PathFrom(to);
        var decision = Decision(verdict, to, wanted, path, Reset(Proposal(to, path, isSettling: false)));
        return decision with
        {
            Reason = verdict is PlanVerdict.Forced
                ? $"{_wording.Name(subject.Current)} is not allowed; {_wording.Name(to)} is cheapest over {path.Length} h at {PlanWording.Usd(decision.Plan.TotalUsd)}"
                : $"{_wording.Name(to)} instead of {_wording.Name(subject.Current)}: {Gain(decision)}, {Changes(path)}",
        };
    }

    public PlanDecision Stay()
    {
        var path = PathFrom(subject.Current);
        var decision = Decision(PlanVerdict.Stay, subject.Current, subject.Current, path, Reset(proposed: null));
        var later = decision.NextChangeInHours is { } hours ? $"; {_wording.Name(path[hours])} is planned in {hours} h" : string.Empty;
        return decision with { Reason = $"{_wording.Name(subject.Current)} is where the plan of {path.Length} h begins, by {PlanWording.Usd((double)decision.MarginUsd)} before the next{later}" };
    }

    /// <param name="held">Loops in a row that have wanted it, this one included.</param>
    public PlanDecision Hold(PlanVerdict verdict, Layout wanted, int held = 0)
    {
        var path = PathFrom(wanted);
        var kept = memory with { Proposed = null, Challenger = held > 0 ? wanted : null, HeldLoops = held };
        var decision = Decision(verdict, subject.Current, wanted, path, kept);
        return decision with { Reason = $"{_wording.Name(wanted)} is wanted, {Gain(decision)}, but {Because(verdict, decision, held)}" };
    }

    /// <summary>Keeps a frozen object's sites; the primary may change among them.</summary>
    public PlanDecision Freeze(Layout settleAt, Layout to)
    {
        var path = Constant(to);
        var proposed = to == subject.Current ? null : Proposal(to, PathFrom(to), isSettling: true);
        var decision = Decision(PlanVerdict.Frozen, to, to, path, Reset(proposed) with { SettleAt = settleAt });
        return decision with { Reason = $"{FrozenBecause()}; it stays at the sites of {_wording.Name(to)}" };
    }

    /// <summary>Moves a frozen object to where it will stay.</summary>
    public PlanDecision Settle(Layout settleAt)
    {
        var path = Constant(settleAt);
        var kept = Reset(Proposal(settleAt, path, isSettling: true)) with { SettleAt = settleAt };
        var decision = Decision(PlanVerdict.Frozen, settleAt, settleAt, path, kept);
        return decision with { Reason = $"{FrozenBecause()}; it settles at {_wording.Name(settleAt)}, where the last day was cheapest" };
    }

    private PlanDecision Decision(PlanVerdict verdict, Layout to, Layout wanted, ImmutableArray<Layout> path, PlanMemory next)
    {
        var ranking = program.Ranking(subject.Current);
        var index = ranking.Index().FirstOrDefault(entry => entry.Item.Layout != to, (-1, default)).Index;
        var margin = index < 0 ? 0 : ranking[index].Usd - program.ValueFrom(subject.Current, to);
        return new PlanDecision(
            verdict,
            subject.Current,
            to,
            wanted,
            path,
            CostOf(path),
            program.Space.Allows(subject.Current) ? StayCost() : null,
            index < 0 ? null : ranking[index].Layout,
            PlanDecision.Money(margin),
            Reason: string.Empty,
            next);
    }

    private PlanMemory Reset(PlannedChange? proposed) => memory with { Proposed = proposed, Challenger = null, HeldLoops = 0 };

    private PlannedChange Proposal(Layout to, ImmutableArray<Layout> path, bool isSettling)
    {
        var from = subject.Current;
        return new PlannedChange(
            asOf,
            from,
            to,
            from.Primary == to.Primary ? null : First(path, layout => layout.Primary == from.Primary),
            from.Sites == to.Sites ? null : First(path, layout => layout.Sites == from.Sites),
            isSettling);
    }

    private DateTimeOffset? First(ImmutableArray<Layout> path, Func<Layout, bool> isBack)
    {
        for (var hour = 1; hour < path.Length; hour++)
        {
            if (isBack(path[hour]))
            {
                return asOf + TimeSpan.FromHours(hour);
            }
        }

        return null;
    }

    private ImmutableArray<Layout> PathFrom(Layout first)
    {
        var path = program.PathFrom(subject.Current, first);
        return limits.Allow(subject.Current, first) ? limits.Keep(subject.Current, path) : path;
    }

    private ImmutableArray<Layout> Constant(Layout layout) => [.. Enumerable.Repeat(layout, subject.Forecast.Hours)];

    private PlanCost CostOf(ImmutableArray<Layout> path) =>
        PlanCost.OfPath(program.Space.Costs, subject.Forecast, subject.SizeGb, subject.Current, path);

    private PlanCost StayCost() => CostOf(Constant(subject.Current));

    private string Because(PlanVerdict verdict, PlanDecision decision, int held)
    {
        var bands = PlanBands.Of(options, subject);
        return verdict switch
        {
            PlanVerdict.CoolingDown => $"the last change was {(asOf - memory.Changes[^1].At).TotalMinutes:0} min ago and the object rests until {RestsUntil(subject.IsAfterJump):HH:mm}",
            PlanVerdict.DailyLimit => $"{limits.CopiesToday} copies and {limits.HandOversToday} hand-overs in 24 h leave no room, limits {options.MaxCopiesPerDay} and {options.MaxHandOversPerDay}",
            PlanVerdict.GainTooSmall => $"a plan must save {bands.MinGain:0.#%} of its cost of {PlanWording.Usd(decision.Plan.TotalUsd)}",
            PlanVerdict.NotHeldYet => $"after a jump of demand it must be wanted {bands.HoldLoops} loops in a row, and this is number {held}",
            _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "No guard."),
        };
    }

    private string FrozenBecause() =>
        $"{memory.Reversals.Length} reversals that no plan had in mind within {options.ReversalMemory.TotalHours:0} h: frozen until {memory.FrozenUntil:yyyy-MM-dd HH:mm}";

    private static string Gain(PlanDecision decision)
    {
        var gain = (double)decision.GainUsd;
        var share = decision.Plan.TotalUsd > 0 ? $" ({gain / decision.Plan.TotalUsd:0.#%})" : string.Empty;
        return $"saves {PlanWording.Usd(gain)}{share} over {decision.Path.Length} h against staying";
    }

    private string Changes(ImmutableArray<Layout> path)
    {
        var (copies, handOvers, at) = (0, 0, subject.Current);
        foreach (var next in path)
        {
            copies += at.CopiesTo(next);
            handOvers += at.Primary == next.Primary ? 0 : 1;
            at = next;
        }

        return $"with {copies} copies and {handOvers} hand-overs";
    }
}
