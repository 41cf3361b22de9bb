using System.Collections.Immutable;

namespace Idp.Core.Planning;

/// <summary>Finds what would turn a decision, by deciding again on changed demand until it turns.</summary>
/// <remarks>Every answer was tried: applying it turns the decision. Some fifty decisions long, so for those who ask why, not for every object.</remarks>
public sealed class PlanFlipFinder(PlannerOptions options)
{
    private const double Precision = 1.01;
    private const double FirstShare = 0.01; // Of the object's demand.
    private const int Doublings = 20;

    private readonly RecedingHorizonPlanner _planner = new(options);

    /// <returns>The smallest change found, relative to the object's demand; null when neither time nor any one region's demand turns it.</returns>
    public PlanFlip? Find(HorizonProgram program, PlanningSubject subject, DateTimeOffset asOf, PlanDecision decision)
    {
        var search = new Search(_planner, program, subject, asOf, decision, new PlanWording(program.Space.Costs));
        return search.ByTime() ?? search.ByDemand();
    }

    private sealed class Search(
        RecedingHorizonPlanner planner, HorizonProgram program, PlanningSubject subject, DateTimeOffset asOf, PlanDecision decision, PlanWording wording)
    {
        // A day's limits end by themselves; what they hold is already wanted.
        public PlanFlip? ByTime() => decision.Verdict is PlanVerdict.DailyLimit
            ? decision.Memory.Changes
                .Select(change => change.At + TimeSpan.FromDays(1))
                .Select(end => Tried(new PlanFlip(decision.Wanted, null, 0, 1, end, $"waiting until {end:yyyy-MM-dd HH:mm}")))
                .FirstOrDefault(flip => flip is not null)
            : null;

        public PlanFlip? ByDemand()
        {
            var mean = Math.Max(subject.Forecast.OperationsPerHour, 1e-3);
            return Regions()
                .SelectMany(region => (IEnumerable<(double Size, PlanFlip? Flip)>)[More(region, mean), Less(region, mean)])
                .Where(found => found.Flip is not null)
                .OrderBy(found => found.Size)
                .FirstOrDefault().Flip;
        }

        // Where the two plans differ, and where the object is.
        private ImmutableArray<int> Regions()
        {
            var differing = (decision.RunnerUp?.Sites.Mask ?? 0) ^ decision.To.Sites.Mask;
            var sites = new SiteSet((ushort)differing).With(decision.To.Primary).With(decision.Wanted.Primary);
            return (decision.RunnerUp is { } rival ? sites.With(rival.Primary) : sites).ToIndices();
        }

        private (double Size, PlanFlip? Flip) More(int region, double mean)
        {
            var (low, high) = (0.0, FirstShare * mean);
            for (var round = 0; !Turns(MoreBy(region, high)); round++)
            {
                if (round == Doublings)
                {
                    return (0, null);
                }

                (low, high) = (high, high * 2);
            }

            while (high > low * Precision && high > mean * 1e-4)
            {
                var middle = (low + high) / 2;
                (low, high) = Turns(MoreBy(region, middle)) ? (low, middle) : (middle, high);
            }

            return (high / mean, Tried(MoreBy(region, high)));
        }

        private (double Size, PlanFlip? Flip) Less(int region, double mean)
        {
            var (low, high) = (0.0, 1.0);
            if (!Turns(LessBy(region, low)))
            {
                return (0, null);
            }

            while (high - low > Precision - 1)
            {
                var middle = (low + high) / 2;
                (low, high) = Turns(LessBy(region, middle)) ? (middle, high) : (low, middle);
            }

            return ((1 - low) * Share(region) / mean, Tried(LessBy(region, low)));
        }

        private double Share(int region)
        {
            var sum = 0.0;
            for (var hour = 0; hour < subject.Forecast.Hours; hour++)
            {
                sum += subject.Forecast.Reads(hour)[region] + subject.Forecast.Writes(hour)[region];
            }

            return sum / subject.Forecast.Hours;
        }

        private PlanFlip MoreBy(int region, double amount) =>
            new(decision.To, region, amount, 1, null, $"about {amount:0.##} more operations an hour from {wording.Region(region)}");

        private PlanFlip LessBy(int region, double factor) =>
            new(decision.To, region, 0, factor, null, $"demand from {wording.Region(region)} falling to {factor:0.#%}");

        private bool Turns(PlanFlip flip) => Decide(flip).To != decision.To;

        private PlanFlip? Tried(PlanFlip flip) => Decide(flip) is var then && then.To != decision.To
            ? flip with { To = then.To, Description = $"{flip.Description} would make it {wording.Name(then.To)}" }
            : null;

        private PlanDecision Decide(PlanFlip flip)
        {
            var (changed, at) = flip.Apply(subject, asOf);
            return planner.Decide(program, changed, at);
        }
    }
}
