using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>How often an object may be copied and handed over in any 24 hours, those that have passed included.</summary>
internal sealed class DailyLimits
{
    private const int Day = 24;

    private readonly PlannerOptions _options;
    private readonly ImmutableArray<(double Hour, int Copies, int HandOvers)> _past; // Hours before now are negative.

    public DailyLimits(PlannerOptions options, PlanMemory memory, DateTimeOffset asOf)
    {
        _options = options;
        _past =
        [
            .. memory.Changes
                .Where(change => asOf - change.At < TimeSpan.FromDays(1))
                .Select(change => ((change.At - asOf).TotalHours, change.Copies, change.IsHandOver ? 1 : 0)),
        ];
        CopiesToday = _past.Sum(change => change.Copies);
        HandOversToday = _past.Sum(change => change.HandOvers);
    }

    public int CopiesToday { get; }

    public int HandOversToday { get; }

    /// <returns>Whether the change may happen now.</returns>
    public bool Allow(Layout from, Layout to) =>
        CopiesToday + from.CopiesTo(to) <= _options.MaxCopiesPerDay
        && HandOversToday + (from.Primary == to.Primary ? 0 : 1) <= _options.MaxHandOversPerDay;

    /// <returns>Whether some 24 hours of the plan have too many copies, and whether some have too many hand-overs.</returns>
    public (bool Copies, bool HandOvers) Exceeded(Layout start, ImmutableArray<Layout> path)
    {
        var window = new Window(_past);
        var exceeded = (Copies: false, HandOvers: false);
        var at = start;
        foreach (var (hour, next) in path.Index())
        {
            if (next != at)
            {
                window.Add(hour, at, next);
                exceeded.Copies |= window.Copies > _options.MaxCopiesPerDay;
                exceeded.HandOvers |= window.HandOvers > _options.MaxHandOversPerDay;
                at = next;
            }
        }

        return exceeded;
    }

    /// <returns>The plan without the changes that the limits will not allow when their hour comes.</returns>
    public ImmutableArray<Layout> Keep(Layout start, ImmutableArray<Layout> path)
    {
        var window = new Window(_past);
        var kept = ImmutableArray.CreateBuilder<Layout>(path.Length);
        var at = start;
        foreach (var (hour, next) in path.Index())
        {
            if (next != at && window.Allows(_options, hour, at, next))
            {
                window.Add(hour, at, next);
                at = next;
            }

            kept.Add(at);
        }

        return kept.MoveToImmutable();
    }

    /// <summary>The changes of the last 24 hours, at an hour that only grows.</summary>
    private sealed class Window(IEnumerable<(double Hour, int Copies, int HandOvers)> past)
    {
        private readonly Queue<(double Hour, int Copies, int HandOvers)> _changes = new(past);

        public int Copies => _changes.Sum(change => change.Copies);

        public int HandOvers => _changes.Sum(change => change.HandOvers);

        public bool Allows(PlannerOptions options, int hour, Layout from, Layout to)
        {
            Forget(hour);
            return Copies + from.CopiesTo(to) <= options.MaxCopiesPerDay
                && HandOvers + (from.Primary == to.Primary ? 0 : 1) <= options.MaxHandOversPerDay;
        }

        public void Add(int hour, Layout from, Layout to)
        {
            Forget(hour);
            _changes.Enqueue((hour, from.CopiesTo(to), from.Primary == to.Primary ? 0 : 1));
        }

        private void Forget(int hour)
        {
            while (_changes.TryPeek(out var oldest) && hour - oldest.Hour >= Day)
            {
                _changes.Dequeue();
            }
        }
    }
}
