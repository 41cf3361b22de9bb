using System.Collections.Immutable;
using Idp.Cli.Development;

namespace Idp.Chaos.Faults;

/// <summary>Which fault comes when: the same seed gives the same plan.</summary>
/// <param name="At">Not before this, from the start of the run.</param>
/// <param name="Length">How long it lasts, where it lasts.</param>
/// <param name="Choice">Draws whatever else the fault has to choose.</param>
internal sealed record PlannedFault(TimeSpan At, ChaosFault Kind, Moment Moment, TimeSpan Length, int Choice)
{
    // The switch is what everything hangs on: a good third goes there, and some into that of an undo.
    private static readonly (Moment Moment, int Weight)[] Moments =
    [
        (Moment.Any, 8), (Moment.Capturing, 5), (Moment.Copying, 16), (Moment.Verifying, 5), (Moment.Switching, 8), (Moment.Frozen, 34),
        (Moment.Grace, 7), (Moment.CleaningUp, 4), (Moment.RollingBack, 3), (Moment.Undo, 5), (Moment.UndoFrozen, 5),
    ];

    public static ImmutableArray<PlannedFault> Draw(ChaosSettings settings)
    {
        var random = new Random(settings.Seed);
        ChaosFault[] kinds = settings.Only.IsEmpty ? Enum.GetValues<ChaosFault>() : [.. settings.Only];
        var plan = ImmutableArray.CreateBuilder<PlannedFault>();
        var order = new Queue<ChaosFault>();
        for (var at = settings.FaultEvery; at < settings.Minutes * 60; at += settings.FaultEvery * (0.5 + random.NextDouble()))
        {
            if (order.Count == 0)
            {
                // Each kind once, in any order, then again: none is left to chance.
                random.Shuffle(kinds);
                order = new Queue<ChaosFault>(kinds);
            }

            var kind = order.Dequeue();
            plan.Add(new PlannedFault(TimeSpan.FromSeconds(at), kind, MomentOf(kind, random), LengthOf(kind, random), random.Next(1_000)));
        }

        return plan.ToImmutable();
    }

    private static Moment MomentOf(ChaosFault kind, Random random)
    {
        var left = random.Next(Moments.Sum(moment => moment.Weight));
        var drawn = Moments.First(moment => (left -= moment.Weight) < 0).Moment;
        return kind switch
        {
            // Nobody can enter an object that is frozen: these come just before, and stretch the wait for it.
            ChaosFault.LongTransaction or ChaosFault.Deadlock when drawn is Moment.Frozen or Moment.UndoFrozen => Moment.Switching,
            _ => drawn,
        };
    }

    private static TimeSpan LengthOf(ChaosFault kind, Random random)
    {
        // Mostly short, so that many fit; now and then longer than a heartbeat's time-out, so that a zombie awakes.
        var isLong = random.Next(6) == 0;
        var seconds = kind switch
        {
            ChaosFault.WorkerStop or ChaosFault.EngineStop => isLong ? 9 + (3 * random.NextDouble()) : 0.2 + (3 * random.NextDouble()),
            ChaosFault.LinkBlackHole or ChaosFault.LinkHalfOpen => isLong ? 6 + (3 * random.NextDouble()) : 0.2 + (2 * random.NextDouble()),
            ChaosFault.LongTransaction => 0.2 + (2.5 * random.NextDouble()),
            _ => 0.1 + (1.4 * random.NextDouble()),
        };
        return TimeSpan.FromSeconds(seconds);
    }
}
