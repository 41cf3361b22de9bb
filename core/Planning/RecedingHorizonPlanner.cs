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

    /// <param name="program">Its space says which layouts are allowed; its buffers are used.</param>
    /// <returns>A change, or staying put with what held it.</returns>
    public PlanDecision Decide(HorizonProgram program, PlanningSubject subject, DateTimeOffset asOf)
    {
        var memory = new PlanHistory(options, asOf).Settle(subject.Memory, subject.Current);
        var limits = new DailyLimits(options, memory, asOf);
        var writer = new PlanWriter(options, program, subject, memory, limits, asOf);
        var bands = PlanBands.Of(options, subject);
        Solve(program, subject, bands, limits);
        var wanted = program.BestFirst(subject.Current);
        return !program.Space.Allows(subject.Current) ? writer.Change(PlanVerdict.Forced, wanted, wanted)
            : wanted == subject.Current ? writer.Stay()
            : Guarded(program, subject, limits, bands, wanted, writer);
    }

    private static PlanDecision Guarded(
        HorizonProgram program, PlanningSubject subject, DailyLimits limits, PlanBands bands, Layout wanted, PlanWriter writer)
    {
        var possible = limits.Allow(subject.Current, wanted) ? wanted : BestWithin(program, subject, limits);
        if (possible == subject.Current)
        {
            return writer.Hold(PlanVerdict.DailyLimit, wanted);
        }

        var isEnough = subject.Current.CopiesTo(possible) > 0
            ? writer.GainOf(possible) >= bands.MinGain
            : subject.Current.Primary == possible.Primary || GainOfNow(program, subject, possible) >= bands.MinHandOverGain;
        return isEnough ? writer.Change(PlanVerdict.Change, possible, wanted) : writer.Hold(PlanVerdict.GainTooSmall, possible);
    }

    // What waiting another hour would cost, as a share of a mean hour.
    private static double GainOfNow(HorizonProgram program, PlanningSubject subject, Layout first)
    {
        var usd = program.ValueFrom(subject.Current, first);
        return usd > 0 ? (program.ValueFrom(subject.Current, subject.Current) - usd) / usd * subject.Forecast.Hours : 0;
    }

    private static Layout BestWithin(HorizonProgram program, PlanningSubject subject, DailyLimits limits) =>
        program.Ranking(subject.Current).First(entry => limits.Allow(subject.Current, entry.Layout)).Layout;

    private static void Solve(HorizonProgram program, PlanningSubject subject, PlanBands bands, DailyLimits limits)
    {
        program.Solve(subject.Forecast, subject.SizeGb, bands.CopyWeight);
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
            program.Solve(subject.Forecast, subject.SizeGb, bands.CopyWeight, copyUsd, handOverUsd);
            path = program.PathFrom(subject.Current);
            over = limits.Exceeded(subject.Current, path);
        }

        if (firstComeUsd < CostOf(program, subject, limits.Keep(subject.Current, path)))
        {
            program.Solve(subject.Forecast, subject.SizeGb, bands.CopyWeight);
        }
    }

    private static double CostOf(HorizonProgram program, PlanningSubject subject, ImmutableArray<Layout> path) =>
        PlanCost.OfPath(program.Space.Costs, subject.Forecast, subject.SizeGb, subject.Current, path).TotalUsd;
}
