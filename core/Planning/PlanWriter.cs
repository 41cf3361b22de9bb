using System.Collections.Immutable;
using Idp.Core.Controllers.Placement;

namespace Idp.Core.Planning;

/// <summary>Turns a solved plan and a verdict into a decision that explains itself.</summary>
internal sealed class PlanWriter(
    PlannerOptions options, HorizonProgram program, PlanningSubject subject, PlanMemory memory, DailyLimits limits, DateTimeOffset asOf)
{
    private readonly PlanWording _wording = new(program.Space.Costs);

    /// <returns>What the best plan that begins with a layout saves against staying put, as a share of that plan's cost.</returns>
    public double GainOf(Layout first)
    {
        var (plan, stay) = (CostOf(PathFrom(first)).TotalUsd, StayCost().TotalUsd);
        return plan > 0 ? (stay - plan) / plan : stay > plan ? double.PositiveInfinity : 0;
    }

    public PlanDecision Change(PlanVerdict verdict, Layout to, Layout wanted)
    {
        var path = PathFrom(to);
        var decision = Decision(verdict, to, wanted, path, memory with { Proposed = Proposal(to, path) });
        return decision with
        {
            Reason = verdict is PlanVerdict.Forced
                ? $"{_wording.Name(subject.Current)} is not allowed; {_wording.Name(to)} is cheapest over {path.Length} h at {Wording.Usd(decision.Plan.TotalUsd)}"
                : $"{_wording.Name(to)} instead of {_wording.Name(subject.Current)}: {Gain(decision)}, {Changes(path)}",
        };
    }

    public PlanDecision Stay()
    {
        var path = PathFrom(subject.Current);
        var decision = Decision(PlanVerdict.Stay, subject.Current, subject.Current, path, memory with { Proposed = null });
        var later = decision.NextChangeInHours is { } hours ? $"; {_wording.Name(path[hours])} is planned in {hours} h" : string.Empty;
        return decision with { Reason = $"{_wording.Name(subject.Current)} is where the plan of {path.Length} h begins, by {Wording.Usd((double)decision.MarginUsd)} before the next{later}" };
    }

    public PlanDecision Hold(PlanVerdict verdict, Layout wanted)
    {
        var path = PathFrom(wanted);
        var decision = Decision(verdict, subject.Current, wanted, path, memory with { Proposed = null });
        return decision with { Reason = $"{_wording.Name(wanted)} is wanted, {Gain(decision)}, but {Because(verdict, decision)}" };
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
            Wording.Money(margin),
            Reason: string.Empty,
            next);
    }

    private PlannedChange Proposal(Layout to, ImmutableArray<Layout> path)
    {
        var from = subject.Current;
        return new PlannedChange(
            asOf,
            from,
            to,
            from.Primary == to.Primary ? null : First(path, layout => layout.Primary == from.Primary),
            from.Sites == to.Sites ? null : First(path, layout => layout.Sites == from.Sites));
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

    private string Because(PlanVerdict verdict, PlanDecision decision)
    {
        var bands = PlanBands.Of(options, subject);
        return verdict switch
        {
            PlanVerdict.DailyLimit => $"{limits.CopiesToday} copies and {limits.HandOversToday} hand-overs in 24 h leave no room, limits {options.MaxCopiesPerDay} and {options.MaxHandOversPerDay}",
            PlanVerdict.GainTooSmall when subject.Current.CopiesTo(decision.Wanted) > 0 =>
                $"a plan that copies must save {bands.MinGain:0.#%} of its cost of {Wording.Usd(decision.Plan.TotalUsd)}",
            PlanVerdict.GainTooSmall => $"handing over now must save {bands.MinHandOverGain:0.#%} of a mean hour's cost against waiting another hour",
            _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "No guard."),
        };
    }

    private static string Gain(PlanDecision decision)
    {
        var gain = (double)decision.GainUsd;
        var share = decision.Plan.TotalUsd > 0 ? $" ({gain / decision.Plan.TotalUsd:0.#%})" : string.Empty;
        return $"saves {Wording.Usd(gain)}{share} over {decision.Path.Length} h against staying";
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
