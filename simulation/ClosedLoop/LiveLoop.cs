using System.Collections.Immutable;
using Idp.Core;
using Idp.Core.Arbitration;
using Idp.Core.Controllers.Foresight;
using Idp.Core.Controllers.Placement;
using Idp.Core.Decisions;
using Idp.Core.Forecasting;
using Idp.Core.Planning;
using Idp.Simulation.Baselines;
using Idp.Simulation.Loop;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.ClosedLoop;

/// <summary>The controllers and the arbiter as the product's loops run them: one primary an object, which follows demand or is led ahead of it.</summary>
/// <remarks>
/// Only clocks and stores are simulated. An hour of this loop stands for sixty urgent ones: a region that wins an hour has been held long enough,
/// and within it every slot of the fleet is free again many times.
/// </remarks>
public sealed class LiveLoop : IPlacementPolicy
{
    private static readonly DatasetId Dataset = DatasetId.Parse("fleet");
    private static readonly ImmutableDictionary<DatasetId, OperatingMode> Auto = ImmutableDictionary<DatasetId, OperatingMode>.Empty.Add(Dataset, OperatingMode.Auto);

    private readonly RoundTrips _roundTrips = SampleData.RoundTrips();
    private readonly PlacementOptions _placement = new() { HoldLoops = 1 };
    private readonly ForesightOptions _foresight;
    private readonly PlacementController _follow;
    private readonly Arbiter _arbiter = new(new ArbiterOptions { MaxOpenMigrations = 1_000, MaxOpenMigrationsPerRoute = 1_000, MaxOpenMigrationsPerRegion = 1_000 });
    private readonly List<RecentChange> _recent = [];
    private readonly Dictionary<ObjectId, ForesightMemory> _foreseen = [];
    private ArbiterMemory _arbiterMemory = ArbiterMemory.Empty;
    private ForesightController? _ahead;
    private ImmutableArray<Region> _regions = [];
    private ReadOnlyMemory<byte> _profiles;
    private ObjectState[] _objects = [];

    public LiveLoop(ForesightOptions foresight)
    {
        _foresight = foresight;
        _follow = new PlacementController(_placement);
    }

    public void Decide(PolicyView view, Span<Layout> layouts)
    {
        if (_objects.Length == 0)
        {
            _ahead = new ForesightController(_foresight, new ForecastOptions(), new PlannerOptions(), _placement, view.World.LatencyValue);
            _objects = [.. view.Objects.Select(placed => new ObjectState(new ObjectId(Dataset, placed.Id)))];
            var known = SampleData.Regions().ToDictionary(region => region.Id);
            _regions = [.. view.World.Costs.Regions.Select(id => known[id])];
        }

        var now = FleetForecast.Time(view.Hour);
        Learn(view);
        var snapshot = new PlacementSnapshot(now, TimeSpan.Zero, TimeSpan.FromMinutes(1), _roundTrips, _regions, Subjects(view, layouts, now));
        if (view.Hour > 0 && _foresight.IsEnabled)
        {
            var leads = Foresee(view, snapshot);
            snapshot = snapshot with { Objects = [.. snapshot.Objects.Select(subject => subject with { Lead = leads.GetValueOrDefault(subject.Object) })] };
        }

        var plan = _follow.Decide(snapshot);
        foreach (var (obj, memory) in plan.Memories.Index())
        {
            _objects[obj].Placement = memory;
        }

        Arbitrate(plan.Proposals, snapshot, view.World.Costs.Regions, layouts);
    }

    private Dictionary<ObjectId, PlannedLead> Foresee(PolicyView view, PlacementSnapshot snapshot)
    {
        var hour = FleetForecast.FirstHour + view.Hour - 1;
        var plan = _ahead!.Decide(new ForesightSnapshot(
            snapshot.AsOf,
            hour,
            snapshot.RoundTrips,
            snapshot.Regions,
            ForesightSubject.BusiestOf(snapshot, _foresight, id => _foreseen.GetValueOrDefault(id)),
            [
                .. _objects.Index().SelectMany(entry => snapshot.Regions.Index()
                    .Select(region => (Region: region.Item.Id, Reading: new Reading(view.Hour - 1, region.Index)))
                    .Where(at => view.Has(at.Reading))
                    .Select(at => new HourDemand(hour, entry.Item.Id, at.Region, Count(view.Reads(entry.Index, at.Reading)), Count(view.Writes(entry.Index, at.Reading))))),
            ],
            _profiles));
        _profiles = plan.Profiles;
        foreach (var memory in plan.Memories)
        {
            _foreseen[memory.Object] = memory;
        }

        return plan.Leads.ToDictionary(lead => lead.Object);
    }

    private void Learn(PolicyView view)
    {
        foreach (var reading in view.Arrivals)
        {
            var at = FleetForecast.Time(reading.Hour + 1);
            foreach (var (obj, state) in _objects.Index())
            {
                state.Demand.Touch(view.World.Costs.Regions[reading.Region], at, Count(view.Reads(obj, reading)), Count(view.Writes(obj, reading)), _placement.HalfLife);
            }
        }
    }

    private ImmutableArray<PlacementSubject> Subjects(PolicyView view, Span<Layout> layouts, DateTimeOffset now)
    {
        var costs = view.World.Costs;
        var subjects = ImmutableArray.CreateBuilder<PlacementSubject>(_objects.Length);
        foreach (var (obj, state) in _objects.Index())
        {
            subjects.Add(new PlacementSubject(
                state.Id,
                costs.Regions[layouts[obj].Primary],
                Bytes(view.Objects[obj]),
                state.Demand.Read(now, _placement.HalfLife),
                [.. costs.Regions.Index().Where(region => !view.Objects[obj].Feasible.Contains(region.Index)).Select(region => new RegionExclusion(region.Item, "not feasible"))],
                IsChanging: false,
                state.Placement));
        }

        return subjects.MoveToImmutable();
    }

    private void Arbitrate(ImmutableArray<Proposal> proposals, PlacementSnapshot snapshot, ImmutableArray<RegionId> regions, Span<Layout> layouts)
    {
        _recent.RemoveAll(change => snapshot.AsOf - change.DecidedAt >= TimeSpan.FromDays(1));
        var result = _arbiter.Decide(proposals, new ArbiterContext(snapshot.AsOf, PausedBecause: null, Auto, Denials: [], OpenChanges: [])
        {
            Recent = [.. _recent],
            Signal = FleetSignal.Of(snapshot, proposals),
            Memory = _arbiterMemory,
        });
        _arbiterMemory = result.Memory;
        foreach (var proposal in result.Decisions.Where(decision => decision.Outcome is DecisionOutcome.Migrate).Select(decision => decision.Proposal))
        {
            layouts[Array.FindIndex(_objects, known => known.Id == proposal.Object)] = Layout.Single(regions.IndexOf(proposal.To));
            _recent.Add(new RecentChange(proposal.Object, proposal.Controller, proposal.Kind, proposal.From, proposal.To, snapshot.AsOf, ChangeResult.Done) { ReturnsAt = proposal.ReturnsAt });
        }
    }

    private static long Bytes(PlacedObject placed) => (long)(placed.SizeGb * RegionPrices.BytesPerGb);

    private static long Count(double operations) => (long)Math.Round(operations);

    /// <summary>What the loop remembers of one object.</summary>
    private sealed record ObjectState(ObjectId Id)
    {
        public SensedDemand Demand { get; } = new();

        public PlacementMemory? Placement { get; set; }
    }
}
