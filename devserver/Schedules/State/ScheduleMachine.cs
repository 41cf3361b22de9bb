using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Schedules.Specs;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;

namespace Idp.DevServer.Schedules.State;

/// <summary>One transition of a schedule: pure, from state, input and time to the next state.</summary>
/// <remarks>The order within a turn is that of the genuine server's scheduler workflow.</remarks>
internal sealed class ScheduleMachine
{
    private readonly DateTimeOffset _now;
    private readonly Schedule _schedule;
    private readonly ScheduleInfo _info;
    private SchedulerState _state;
    private CompiledSpec? _spec;

    private ScheduleMachine(SchedulerState state, CompiledSpec? spec, DateTimeOffset now)
    {
        _now = now;
        _state = state;
        _schedule = state.Schedule.Clone();
        _info = state.Info.Clone();
        _spec = spec;
    }

    /// <param name="specs">Compiles specifications, or remembers them; null for an invalid one.</param>
    public static ScheduleTransition Apply(SchedulerState state, ScheduleInput input, DateTimeOffset now, Func<ScheduleSpec, CompiledSpec?> specs) =>
        new ScheduleMachine(state, specs(state.Schedule.Spec), now).Run(input, specs);

    private ScheduleTransition Run(ScheduleInput input, Func<ScheduleSpec, CompiledSpec?> specs)
    {
        Note(input);
        var end = _now > _state.LastProcessed ? _now : _state.LastProcessed;
        var (wakeup, last) = ProcessRange(_state.LastProcessed, end, ScheduleOverlapPolicy.Unspecified, isManual: false, int.MaxValue);
        _state = _state with { LastProcessed = last };
        if (input is ScheduleInput.Patched patched)
        {
            Patch(patched.Patch);
        }

        if (input is ScheduleInput.Updated updated && TryUpdate(updated, specs))
        {
            (wakeup, _) = ProcessRange(_state.LastProcessed, end, ScheduleOverlapPolicy.Unspecified, isManual: false, int.MaxValue);
        }

        ProcessBackfills();
        ProcessBuffer();
        var expiry = Expiry(wakeup);
        return new ScheduleTransition(
            _state with { Schedule = _schedule, Info = _info },
            HasOverlappingBackfill ? _state.BackfillsFrom : expiry ?? (CanAct(isManual: false) ? wakeup : null),
            IsExpired: expiry <= _now && _state.Calls.IsEmpty);
    }

    private void Note(ScheduleInput input)
    {
        switch (input)
        {
            case ScheduleInput.Started started:
                if (TakeCall(started.RequestId) is { } call)
                {
                    RecordAction(call, started.RunId);
                }

                break;
            case ScheduleInput.CallEnded ended:
                TakeCall(ended.RequestId);
                break;
            case ScheduleInput.Closed closed:
                RecordClose(closed);
                break;
        }
    }

    private PendingCall? TakeCall(string requestId)
    {
        var call = _state.Calls.Find(c => c.RequestId == requestId);
        _state = call is null ? _state : _state with { Calls = _state.Calls.Remove(call) };
        return call;
    }

    private void RecordAction(PendingCall call, string runId)
    {
        var execution = new WorkflowExecution { WorkflowId = StartRequest.WorkflowId(_schedule, call.Start!), RunId = runId };
        _info.ActionCount++;
        _info.RecentActions.Add(new ScheduleActionResult
        {
            ScheduleTime = call.Start!.Actual.ToTimestamp(),
            ActualTime = _now.ToTimestamp(),
            StartWorkflowResult = execution,
            StartWorkflowStatus = WorkflowExecutionStatus.Running,
        });
        while (_info.RecentActions.Count > ScheduleDefaults.RecentActions)
        {
            _info.RecentActions.RemoveAt(0);
        }

        if (!call.IsOverlapping)
        {
            _info.RunningWorkflows.Add(execution.Clone());
        }
    }

    private void RecordClose(ScheduleInput.Closed closed)
    {
        var running = _info.RunningWorkflows.FirstOrDefault(r => r.WorkflowId == closed.WorkflowId && r.RunId == closed.FirstRunId);
        if (running is null)
        {
            // Told twice: already known.
            return;
        }

        _info.RunningWorkflows.Remove(running);
        if (_info.RecentActions.FirstOrDefault(a => a.StartWorkflowResult.Equals(running)) is { } action)
        {
            action.StartWorkflowStatus = closed.Status;
        }

        if (_schedule.Policies.PauseOnFailure && !_schedule.State.Paused && PauseNotes(closed) is { } notes)
        {
            _schedule.State.Paused = true;
            _schedule.State.Notes = notes;
            RaiseToken();
        }

        // A failure leaves the last result for the next run to see.
        _state = closed switch
        {
            { Result: { } result } => _state with { LastResult = result, LastFailure = null },
            { Failure: { } failure } => _state with { LastFailure = failure },
            _ => _state,
        };
    }

    private static string? PauseNotes(ScheduleInput.Closed closed) => closed.Status switch
    {
        WorkflowExecutionStatus.Failed => $"paused due to workflow failure: {closed.WorkflowId}: {closed.Failure?.Message}",
        WorkflowExecutionStatus.TimedOut => $"paused due to workflow timeout: {closed.WorkflowId}",
        _ => null,
    };

    /// <returns>The next time after the range, and where the range was left.</returns>
    private (DateTimeOffset? Next, DateTimeOffset Last) ProcessRange(
        DateTimeOffset start, DateTimeOffset end, ScheduleOverlapPolicy policy, bool isManual, int limit)
    {
        if (_spec is null)
        {
            return (null, end);
        }

        if (!CanAct(isManual))
        {
            // Time that passes while paused is not made up for.
            return (Next(end)?.Actual, end);
        }

        var window = _schedule.Policies.CatchupWindow.ToTimeSpan();
        var updated = _info.UpdateTime?.ToDateTimeOffset();
        var last = start;
        var next = Next(start);
        for (; next is { } due && due.Actual <= end; next = Next(due.Actual))
        {
            if (!isManual && updated > due.Actual)
            {
                // Looked at again after an update, because of jitter; what was due before it belongs to the old specification.
                continue;
            }

            last = due.Actual;
            if (!isManual && end - due.Actual > window)
            {
                _info.MissedCatchupWindow++;
                continue;
            }

            Buffer(new BufferedStart(due.Nominal, due.Actual, policy, isManual));
            if (--limit <= 0)
            {
                break;
            }
        }

        return (next?.Actual, last);
    }

    private ActionTime? Next(DateTimeOffset after)
    {
        try
        {
            return _spec?.Next(_state.JitterSeed, after);
        }
        catch (ScheduleSpecException)
        {
            // Excludes nearly everything: no action until it is changed. Whoever lists its times is told.
            return null;
        }
    }

    private void Patch(SchedulePatch patch)
    {
        if (patch.TriggerImmediately is { } trigger)
        {
            var at = trigger.ScheduledTime?.ToDateTimeOffset() ?? _now;
            Buffer(new BufferedStart(at, at, trigger.OverlapPolicy, IsManual: true));
        }

        foreach (var backfill in patch.BackfillRequest)
        {
            if (_state.Backfills.Count >= ScheduleDefaults.MaxBuffer)
            {
                _info.BufferDropped++;
                continue;
            }

            // Its start is inclusive, while the next time is looked for after a time.
            var inclusive = backfill.Clone();
            inclusive.StartTime = (backfill.StartTime ?? new Timestamp()).ToDateTimeOffset().AddMilliseconds(-1).ToTimestamp();
            inclusive.EndTime ??= new Timestamp();
            _state = _state with { Backfills = _state.Backfills.Add(inclusive) };
        }

        foreach (var (notes, paused) in new[] { (patch.Pause, true), (patch.Unpause, false) }.Where(p => p.Item1.Length > 0))
        {
            _schedule.State.Paused = paused;
            _schedule.State.Notes = notes;
            RaiseToken();
        }
    }

    private bool TryUpdate(ScheduleInput.Updated update, Func<ScheduleSpec, CompiledSpec?> specs)
    {
        if (update.ConflictToken != 0 && update.ConflictToken != _state.ConflictToken)
        {
            return false;
        }

        var schedule = ScheduleDefaults.Complete(update.Schedule);
        (_schedule.Spec, _schedule.Action, _schedule.Policies, _schedule.State) =
            (schedule.Spec, schedule.Action, schedule.Policies, schedule.State);
        _spec = specs(schedule.Spec);
        _state = _state with { SearchAttributes = update.SearchAttributes ?? _state.SearchAttributes };
        _info.UpdateTime = _now.ToTimestamp();
        RaiseToken();
        return true;
    }

    private void ProcessBackfills()
    {
        if (!_state.Calls.IsEmpty || (HasOverlappingBackfill && _now < _state.BackfillsFrom))
        {
            return;
        }

        var limit = ScheduleDefaults.BackfillsPerTurn;

        // Half of the buffer stays free for what is due now.
        while (!_state.Backfills.IsEmpty && limit > 0 && _state.Buffer.Count < ScheduleDefaults.MaxBuffer / 2)
        {
            var backfill = _state.Backfills[0];
            var end = backfill.EndTime.ToDateTimeOffset();
            var before = _state.Buffer.Count;
            var (next, _) = ProcessRange(backfill.StartTime.ToDateTimeOffset(), end, backfill.OverlapPolicy, isManual: true, limit);
            limit -= _state.Buffer.Count - before;
            if (next is null || next > end)
            {
                _state = _state with { Backfills = _state.Backfills.RemoveAt(0) };
                continue;
            }

            var rest = backfill.Clone();
            rest.StartTime = next.Value.ToTimestamp();
            _state = _state with { Backfills = _state.Backfills.SetItem(0, rest) };
        }

        if (HasOverlappingBackfill)
        {
            _state = _state with { BackfillsFrom = _now + ScheduleDefaults.BackfillPause };
        }
    }

    private void ProcessBuffer()
    {
        // What was decided before has to be known first: a run that is starting is one that later ones may overlap with.
        while (_state.Calls.IsEmpty && !_state.Buffer.IsEmpty)
        {
            if (_schedule.Action.StartWorkflow is null)
            {
                _state = _state with { Buffer = [] };
                return;
            }

            var decision = OverlapDecision.Decide(_state.Buffer, _info.RunningWorkflows.Count > 0, Resolve);
            _info.OverlapSkipped += decision.Skipped;
            _state = _state with { Buffer = decision.Waiting };
            var refused = 0;
            foreach (var start in decision.Overlapping.Concat(decision.NonOverlapping is { } single ? [single] : []))
            {
                refused += TryStart(start, isOverlapping: start != decision.NonOverlapping) ? 0 : 1;
            }

            Stop(decision);
            if (refused == 0)
            {
                return;
            }
        }
    }

    private bool TryStart(BufferedStart start, bool isOverlapping)
    {
        if (!CanAct(start.IsManual))
        {
            return false;
        }

        if (!start.IsManual && _schedule.State.LimitedActions)
        {
            _schedule.State.RemainingActions--;
            RaiseToken();
        }

        Call(PendingCallKind.Start, start, isOverlapping, target: null);
        return true;
    }

    private void Stop(OverlapDecision decision)
    {
        var isAsked = decision.Waiting.Exists(start => start.HasStoppedOthers);
        if (!(decision.Cancels || decision.Terminates) || isAsked)
        {
            return;
        }

        foreach (var running in _info.RunningWorkflows)
        {
            Call(decision.Terminates ? PendingCallKind.Terminate : PendingCallKind.Cancel, start: null, isOverlapping: false, running.Clone());
        }

        _state = _state with { Buffer = [.. _state.Buffer.Select(start => start with { HasStoppedOthers = true })] };
    }

    private void Call(PendingCallKind kind, BufferedStart? start, bool isOverlapping, WorkflowExecution? target)
    {
        var number = _state.CallsMade + 1;
        var call = new PendingCall(StartRequest.RequestId(_state, number), kind) { Start = start, IsOverlapping = isOverlapping, Target = target };
        _state = _state with { CallsMade = number, Calls = _state.Calls.Add(call) };
    }

    private void Buffer(BufferedStart start)
    {
        if (_state.Buffer.Count >= ScheduleDefaults.MaxBuffer)
        {
            _info.BufferDropped++;
            return;
        }

        _state = _state with { Buffer = _state.Buffer.Add(start) };
    }

    private bool CanAct(bool isManual) =>
        isManual || (!_schedule.State.Paused && !(_schedule.State.LimitedActions && _schedule.State.RemainingActions <= 0));

    private bool HasOverlappingBackfill =>
        !_state.Backfills.IsEmpty && Resolve(_state.Backfills[0].OverlapPolicy) == ScheduleOverlapPolicy.AllowAll;

    private ScheduleOverlapPolicy Resolve(ScheduleOverlapPolicy policy) =>
        policy == ScheduleOverlapPolicy.Unspecified ? _schedule.Policies.OverlapPolicy : policy;

    private DateTimeOffset? Expiry(DateTimeOffset? wakeup)
    {
        if (_schedule.State.Paused || (wakeup is not null && CanAct(isManual: false)) || HasOverlappingBackfill)
        {
            return null;
        }

        Timestamp?[] events = [_info.RecentActions.LastOrDefault()?.ActualTime, _info.CreateTime, _info.UpdateTime];
        return events.OfType<Timestamp>().Max(t => t.ToDateTimeOffset()) + ScheduleDefaults.Retention;
    }

    private void RaiseToken() => _state = _state with { ConflictToken = _state.ConflictToken + 1 };
}
