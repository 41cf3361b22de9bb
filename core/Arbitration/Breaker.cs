using System.Collections.Immutable;
using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>Stops automation that swings: one state from the last, by what has happened since.</summary>
internal sealed class Breaker(BreakerOptions options, ArbiterContext context, History history)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <returns>This run's state, and the signals that the next one needs.</returns>
    public ArbiterMemory Advance()
    {
        var (state, asOf) = (context.Memory.Breaker, context.AsOf);
        ImmutableArray<FleetSignal> signals =
        [
            .. context.Memory.Signals.Where(signal => asOf - signal.At < options.TurnWindow),
            .. context.Signal is { } signal ? [signal] : (ReadOnlySpan<FleetSignal>)[],
        ];
        state = state.Phase switch
        {
            BreakerPhase.Closed => WhyOpen(state.Since, signals) is { } because ? new(BreakerPhase.Open, asOf, because) : state,
            BreakerPhase.Open => asOf - state.Since >= options.OpenFor ? state with { Phase = BreakerPhase.HalfOpen, Since = asOf } : state,
            _ => AfterProbe(state),
        };
        return new ArbiterMemory(state, signals);
    }

    /// <returns>Whether the one change of a half-open breaker has been started.</returns>
    public static bool HasProbed(BreakerState state, ImmutableArray<RecentChange> recent) => recent.Any(change => change.DecidedAt >= state.Since);

    private BreakerState AfterProbe(BreakerState state)
    {
        var probes = context.Recent.Where(change => change.DecidedAt >= state.Since).ToArray();
        if (Array.Find(probes, probe => probe.Result is ChangeResult.Undone || history.IsReversal(probe)) is { } failed)
        {
            return new(BreakerPhase.Open, context.AsOf, $"the change that was tried, {failed.Object} from {failed.From} to {failed.To}, did not last; before that {state.Because}");
        }

        return probes.Length > 0 && Array.TrueForAll(probes, probe => probe.Result is ChangeResult.Done && context.AsOf - probe.DecidedAt >= options.OpenFor)
            ? BreakerState.Closed with { Since = context.AsOf }
            : state;
    }

    // Only by what has happened since it closed: the reasons of the last time have been answered.
    private string? WhyOpen(DateTimeOffset since, ImmutableArray<FleetSignal> signals) =>
        Thrashes(since) ?? Fights(since) ?? Swings(signals.RemoveAll(signal => signal.At < since));

    private string? Thrashes(DateTimeOffset since)
    {
        var changes = context.Recent.Where(change => change.DecidedAt >= since && context.AsOf - change.DecidedAt < Hour && change.Result is not ChangeResult.Undone).ToArray();
        var reversals = changes.Count(history.IsReversal);
        return changes.Length >= options.MinChanges && reversals > options.MaxReversalShare * changes.Length
            ? $"{reversals} of {changes.Length} changes within an hour went back on earlier ones, limit {options.MaxReversalShare:0%}"
            : null;
    }

    private string? Fights(DateTimeOffset since)
    {
        var undone = context.Recent
            .Where(change => change.DecidedAt >= since)
            .Select(change => (Change: change, Before: history.Reversed(change)))
            .Where(pair => pair.Before is { } before && before.Controller != pair.Change.Controller)
            .ToArray();
        return undone.Length >= options.MaxOppositions
            ? $"controllers {undone[^1].Change.Controller} and {undone[^1].Before!.Controller} have undone each other {undone.Length} times in 24 h, limit {options.MaxOppositions - 1}"
            : null;
    }

    private string? Swings(ImmutableArray<FleetSignal> signals) =>
        Swings("cost", signals, signal => signal.CostUsdPerDay)
        ?? Swings("P99", signals, signal => signal.P99Ms)
        ?? Swings("the busiest region's share", signals, signal => signal.BusiestShare);

    private string? Swings(string name, ImmutableArray<FleetSignal> signals, Func<FleetSignal, double> value)
    {
        var turns = Turns(signals, value);
        return turns >= options.MaxTurns
            ? $"{name} has turned {turns} times by more than {options.TurnBand:0%} within {options.TurnWindow.TotalHours:0.#} h, after changes of ours each time, limit {options.MaxTurns - 1}"
            : null;
    }

    // Turning points of a zigzag whose legs are longer than the band. What turns without a change of ours is the world's doing.
    private int Turns(ImmutableArray<FleetSignal> signals, Func<FleetSignal, double> value)
    {
        var (turns, direction, low, high, last) = (0, 0, double.PositiveInfinity, double.NegativeInfinity, DateTimeOffset.MinValue);
        foreach (var signal in signals)
        {
            var now = value(signal);
            (low, high) = (Math.Min(low, now), Math.Max(high, now));
            var turned = direction <= 0 && now > low * (1 + options.TurnBand) ? 1
                : direction >= 0 && now < high * (1 - options.TurnBand) ? -1
                : 0;
            if (turned == 0)
            {
                continue;
            }

            turns += direction != 0 && context.Recent.Any(change => change.DecidedAt > last && change.DecidedAt <= signal.At) ? 1 : 0;
            (direction, low, high, last) = (turned, now, now, signal.At);
        }

        return turns;
    }
}
