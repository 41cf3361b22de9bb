using System.Collections.Immutable;
using Idp.Core.Planning;
using Idp.Simulation.Baselines;
using Idp.Simulation.Workloads;
using Idp.Simulation.Worlds;

namespace Idp.Simulation.ClosedLoop;

/// <summary>Lets one policy run one workload: telemetry, decision, change, service, hour by hour.</summary>
/// <remarks>
/// A decision sees the hours before it, and serves from the hour that begins with it on. Copying a gigabyte takes seconds, so changes are
/// instant on this scale. The same workload and policy give the same report, bit by bit.
/// </remarks>
public sealed class ClosedLoopRun
{
    private readonly Workload _workload;
    private readonly Telemetry _telemetry;
    private readonly PolicyView _view;
    private readonly ServiceMeter _meter;
    private readonly ChangeLedger[] _ledgers;
    private readonly Layout[] _layouts;
    private ChangeCounts _counts;

    private ClosedLoopRun(Workload workload)
    {
        _workload = workload;
        _telemetry = new Telemetry(workload);
        _view = new PolicyView(workload);
        _meter = new ServiceMeter(workload.World, workload.Objects);
        _ledgers = [.. workload.Objects.Select(_ => new ChangeLedger(workload.World.Regions))];
        _layouts = [.. workload.Objects.Select(load => load.Start(workload.World.Costs))];
    }

    /// <param name="policy">Fresh: its state belongs to this run.</param>
    public static ClosedLoopReport Run(Workload workload, IPlacementPolicy policy) => new ClosedLoopRun(workload).Run(policy);

    private ClosedLoopReport Run(IPlacementPolicy policy)
    {
        var paths = _layouts.Select(_ => ImmutableArray.CreateBuilder<Layout>(_workload.Hours)).ToArray();
        var next = new Layout[_layouts.Length];
        for (var hour = 0; hour < _workload.Hours; hour++)
        {
            _view.Advance(hour, _telemetry, _workload.Objects, _meter.Utilization);
            _layouts.CopyTo(next, 0);
            policy.Decide(_view, next);
            for (var obj = 0; obj < next.Length; obj++)
            {
                Change(hour, obj, next[obj]);
                paths[obj].Add(_layouts[obj]);
            }

            _meter.Serve(hour, _layouts, IsScored(hour));
        }

        return new ClosedLoopReport(
            _meter.Cost, _meter.Latency.MeanMs(), _meter.Latency.QuantileMs(0.99), _meter.TurnedAway, _counts, [.. paths.Select(path => path.MoveToImmutable())]);
    }

    private bool IsScored(int hour) => hour >= _workload.WarmUpHours;

    private void Change(int hour, int obj, Layout next)
    {
        var (from, load) = (_layouts[obj], _workload.Objects[obj]);
        if (next == from)
        {
            return;
        }

        if (!_workload.World.Allows(load.Feasible, next))
        {
            _counts = _counts with { Breaches = _counts.Breaches + 1 }; // Counted in the warm-up too: a breach is never fine.
            return;
        }

        if (IsScored(hour))
        {
            _meter.Charge(from, next, load.SizeGb);
        }

        if (Chance.At(_workload.Seed, [(int)Draw.ChangeFailure, hour, obj]) < _workload.World.Faults.ChangeFailure)
        {
            _counts = IsScored(hour) ? _counts with { Failed = _counts.Failed + 1 } : _counts;
            return;
        }

        var counts = _ledgers[obj].Add(hour, from, next, _counts);
        _counts = IsScored(hour) ? counts : _counts;
        _layouts[obj] = next;
    }
}
