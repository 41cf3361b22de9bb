using Idp.Core.Controllers.Placement;
using Idp.Core.Planning;

namespace Idp.Core.Controllers.Foresight;

/// <summary>Charges the shadows of one dataset's objects, moves them on, and says whether the plan leads.</summary>
internal sealed class Foreseer(ForesightOptions options, PlannerOptions planning, SiteCosts costs, ForesightSnapshot snapshot)
{
    private const double HoursPerDay = 24;

    private readonly ViewLedger _ledger = new(planning);
    private readonly RecedingHorizonPlanner _planner = new(planning);
    private readonly PlanFlipFinder _flips = new(planning);
    private readonly Dictionary<SiteSet, HorizonProgram> _programs = [];
    private readonly Dictionary<RegionId, int> _index = snapshot.Regions.Index().ToDictionary(entry => entry.Item.Id, entry => entry.Index);

    public (ForesightMemory Memory, PlannedLead? Lead) Foresee(ForesightSubject subject, LearnedDemand demand)
    {
        var sizeGb = subject.SizeBytes / RegionPrices.BytesPerGb;
        var memory = Charge(Settle(subject, demand), demand.Hours, sizeGb) with
        {
            Primary = subject.Primary, LastHour = Math.Max(demand.Memory?.LastHour ?? 0, snapshot.LastHour), Demand = demand.State,
        };
        if (Program(subject) is not { } program || demand.Hours.Hours == 0)
        {
            return (memory, null); // Without a region to plan for there is nothing to lead; within an hour nothing is new.
        }

        var views = ViewLedger.Follow(memory.Views, program, demand.Views, sizeGb);
        var forecast = ViewLedger.Blend(demand.Views, _ledger.Weights(views));
        var (leads, here) = (Leads(memory, sizeGb), Layout.Single(_index[subject.Primary]));
        if (leads && !memory.Leads)
        {
            memory = memory with { Plan = PlanMemory.StartAt(here) }; // From now on the shadow is the object itself.
        }

        var from = leads ? here : memory.Planned;
        var planned = new PlanningSubject(from, sizeGb, forecast, memory.Plan);
        var decision = _planner.Decide(program, planned, snapshot.AsOf);
        memory = memory with
        {
            Views = views,
            Record = memory.Record.Move(decision.To, costs.ChangeUsd(from, decision.To, sizeGb)),
            Plan = decision.Memory,
            Leads = leads,
        };
        return (memory, leads ? Lead(memory, decision, Flip(program, planned, decision)) : null);
    }

    // Whoever has moved the object elsewhere than planned knows something that plans do not: they have to earn the lead anew.
    private ForesightMemory Settle(ForesightSubject subject, LearnedDemand demand)
    {
        if (demand.Memory is { } memory && (subject.Primary == memory.Primary || _index[subject.Primary] == memory.Planned.Primary || !memory.Leads))
        {
            return memory;
        }

        var here = Layout.Single(_index[subject.Primary]);
        return new ForesightMemory(
            subject.Object, costs.Regions, subject.Primary, snapshot.LastHour + 1, snapshot.LastHour, demand.State,
            ViewMemory.StartAt(here, DemandViews.Count), ViewMemory.StartAt(here, views: 2), PlanMemory.StartAt(here), FilledHours: 0, Leads: false);
    }

    private ForesightMemory Charge(ForesightMemory memory, DemandWindow hours, double sizeGb)
    {
        for (var hour = 0; hour < hours.Hours && memory.FirstHour <= snapshot.LastHour; hour++)
        {
            var observed = hours.Slice(hour, 1);
            memory = memory with
            {
                Views = _ledger.Charge(memory.Views, costs, observed, sizeGb),
                Record = _ledger.Charge(memory.Record, costs, observed, sizeGb),
                FilledHours = (memory.FilledHours * _ledger.Keep) + (observed.OperationsPerHour > 0 ? 1 : 0),
            };
        }

        return memory;
    }

    private HorizonProgram? Program(ForesightSubject subject)
    {
        var feasible = SiteSet.Of([.. subject.Allowed.Where(_index.ContainsKey).Select(region => _index[region])]);
        if (feasible.Count == 0)
        {
            return null;
        }

        if (!_programs.TryGetValue(feasible, out var program))
        {
            _programs[feasible] = program = new HorizonProgram(new LayoutSpace(costs, feasible, maxSites: 1)); // As long as nothing keeps replicas.
        }

        return program;
    }

    // Copies are paid before they earn, so plans may be one behind; whoever leads a little more.
    private bool Leads(ForesightMemory memory, double sizeGb)
    {
        var hours = snapshot.LastHour - memory.FirstHour + 1;
        var filled = memory.FilledHours * (1 - _ledger.Keep) / (1 - Math.Pow(_ledger.Keep, hours));
        var limitUsd = ((memory.Leads ? 1 + options.MaxLoss : 1) * memory.StayedUsd) + costs.CopyUsd(memory.Planned.Primary, sizeGb);
        return TimeSpan.FromHours(hours) >= options.WarmUp && filled >= options.MinFilledShare && memory.PlannedUsd <= limitUsd;
    }

    // Trying demands takes fifty plans, so it is for what moves; staying is turned by its margin.
    private string Flip(HorizonProgram program, PlanningSubject planned, PlanDecision decision) =>
        decision.To != decision.From ? _flips.Find(program, planned, snapshot.AsOf, decision)?.Description ?? "no demand from any one region would turn the plan"
        : decision.RunnerUp is { } rival ? $"demand that makes plans by {costs.Regions[rival.Primary]} cheaper by {Wording.Usd((double)decision.MarginUsd)} in {decision.Path.Length} h"
        : "nothing: no other region is allowed";

    private PlannedLead Lead(ForesightMemory memory, PlanDecision decision, string flip) => new(
        memory.Object,
        snapshot.AsOf,
        memory.Primary,
        costs.Regions[decision.To.Primary],
        decision.Memory.Proposed?.PrimaryBack,
        (double)decision.GainUsd * HoursPerDay / decision.Path.Length,
        $"{decision.Reason}; plans have lately cost {Wording.Usd(memory.PlannedUsd)}, staying would have {Wording.Usd(memory.StayedUsd)}",
        decision.RunnerUp is { } runnerUp ? costs.Regions[runnerUp.Primary] : null,
        (double)decision.MarginUsd * HoursPerDay / decision.Path.Length,
        flip);
}
