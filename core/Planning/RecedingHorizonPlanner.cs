using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>Plans where one object should be over the hours that are forecast, and takes the plan's first step when the guards agree.</summary>
/// <remarks>
/// Each run plans anew (receding horizon): the rest of the plan only says why the first step is worth it. The guards are part of the plan: copies
/// later cost what copies now do, or the plan would postpone for ever, and the limits of a day are prices on changes, raised until the
/// plan keeps them. Pure: the same subject always gives the same decision.
/// </remarks>
public sealed class RecedingHorizonPlanner(PlannerOptions options)
{
    private const int MaxPriceRounds = 16; // The price doubles; beyond this the past alone breaks the limit.
    private const double FirstPrice = 1.0 / 16; // Of a mean hour's cost.
    private const int DayHours = 24;

    /// <param name="program">Its space says which layouts are allowed; its buffers are used.</param>
    /// <returns>A change, or staying put with what held it.</returns>
    public PlanDecision Decide(HorizonProgram program, PlanningSubject subject, DateTimeOffset asOf)
    {
        var memory = new PlanHistory(options, asOf).Settle(subject.Memory, subject.Current);
        var limits = new DailyLimits(options, memory, asOf);
        var writer = new PlanWriter(options, program, subject, memory, limits, asOf);
        var isAllowed = program.Space.Allows(subject.Current);
        var settleAt = isAllowed && memory.FrozenUntil is not null ? SettleAt(program, subject, memory) : (Layout?)null;
        var bands = PlanBands.Of(options, subject);
        Solve(program, subject, bands, limits);
        var wanted = program.BestFirst(subject.Current);
        if (!isAllowed)
        {
            return writer.Change(PlanVerdict.Forced, wanted, wanted);
        }

        return settleAt is { } settled ? Frozen(program, subject, limits, settled, writer)
            : wanted == subject.Current ? writer.Stay()
            : Guarded(program, subject, memory, limits, bands, wanted, writer);
    }

    private static PlanDecision Guarded(
        HorizonProgram program, PlanningSubject subject, PlanMemory memory, DailyLimits limits, PlanBands bands, Layout wanted, PlanWriter writer)
    {
        if (writer.RestsUntil(subject.IsAfterJump) is not null)
        {
            return writer.Hold(PlanVerdict.CoolingDown, wanted);
        }

        var possible = limits.Allow(subject.Current, wanted) ? wanted : BestWithin(program, subject, limits);
        if (possible == subject.Current)
        {
            return writer.Hold(PlanVerdict.DailyLimit, wanted);
        }

        if (writer.GainOf(possible) < bands.MinGain)
        {
            return writer.Hold(PlanVerdict.GainTooSmall, possible);
        }

        var held = memory.Challenger == possible ? memory.HeldLoops + 1 : 1;
        return held < bands.HoldLoops
            ? writer.Hold(PlanVerdict.NotHeldYet, possible, held)
            : writer.Change(PlanVerdict.Change, possible, wanted);
    }

    private static Layout BestWithin(HorizonProgram program, PlanningSubject subject, DailyLimits limits) =>
        program.Ranking(subject.Current).First(entry => limits.Allow(subject.Current, entry.Layout)).Layout;

    // Sites are frozen. The primary may still be handed over among them: that copies nothing, and forbidding it cost a square wave three times its optimum.
    private static PlanDecision Frozen(HorizonProgram program, PlanningSubject subject, DailyLimits limits, Layout settleAt, PlanWriter writer)
    {
        if (settleAt.Sites != subject.Current.Sites)
        {
            return limits.Allow(subject.Current, settleAt) ? writer.Settle(settleAt) : writer.Freeze(settleAt, subject.Current);
        }

        var best = program.Ranking(subject.Current).First(entry => entry.Layout.Sites == settleAt.Sites).Layout;
        var canHandOver = writer.RestsUntil(isReactive: false) is null && limits.Allow(subject.Current, best);
        return writer.Freeze(settleAt, canHandOver ? best : subject.Current);
    }

    // Where the last day would have been cheapest: what comes next is just what nobody could foresee.
    private static Layout SettleAt(HorizonProgram program, PlanningSubject subject, PlanMemory memory)
    {
        if (memory.SettleAt is { } chosen && program.Space.Allows(chosen))
        {
            return chosen;
        }

        program.Solve(subject.Recent ?? subject.Forecast.Slice(0, Math.Min(DayHours, subject.Forecast.Hours)), subject.SizeGb);
        return program.BestStatic(subject.Current);
    }

    private static void Solve(HorizonProgram program, PlanningSubject subject, PlanBands bands, DailyLimits limits)
    {
        program.Solve(subject.Forecast, subject.SizeGb, bands.MinPayback);
        var path = program.PathFrom(subject.Current);
        var over = limits.Exceeded(subject.Current, path);
        if (!over.Copies && !over.HandOvers)
        {
            return;
        }

        // Prices make the plan spend its day's changes where they save most. Where all save the same they forbid all, and first come is better.
        var firstComeUsd = CostOf(program, subject, limits.Keep(subject.Current, path));
        var firstPrice = FirstPrice * firstComeUsd / subject.Forecast.Hours;
        var (copyUsd, handOverUsd) = (0.0, 0.0);
        for (var round = 0; round < MaxPriceRounds && (over.Copies || over.HandOvers); round++)
        {
            copyUsd = over.Copies ? Math.Max(firstPrice, copyUsd * 2) : copyUsd;
            handOverUsd = over.HandOvers ? Math.Max(firstPrice, handOverUsd * 2) : handOverUsd;
            program.Solve(subject.Forecast, subject.SizeGb, bands.MinPayback, copyUsd, handOverUsd);
            path = program.PathFrom(subject.Current);
            over = limits.Exceeded(subject.Current, path);
        }

        if (firstComeUsd < CostOf(program, subject, limits.Keep(subject.Current, path)))
        {
            program.Solve(subject.Forecast, subject.SizeGb, bands.MinPayback);
        }
    }

    private static double CostOf(HorizonProgram program, PlanningSubject subject, ImmutableArray<Layout> path) =>
        PlanCost.OfPath(program.Space.Costs, subject.Forecast, subject.SizeGb, subject.Current, path).TotalUsd;
}
