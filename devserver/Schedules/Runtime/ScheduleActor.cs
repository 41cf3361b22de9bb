using Idp.DevServer.Persistence;
using Idp.DevServer.Schedules.Specs;
using Idp.DevServer.Schedules.State;
using Idp.DevServer.Time;
using Idp.DevServer.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Schedule.V1;

namespace Idp.DevServer.Schedules.Runtime;

/// <summary>One schedule: takes its inputs one after the other, stores each transition, and only then does what follows from it.</summary>
internal sealed class ScheduleActor : IDisposable
{
    // The runtime's timers end before 50 days; waking up early changes nothing.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(30);

#pragma warning disable CA2213 // Has no handle, and work under way still lets go of it after the end.
    private readonly SemaphoreSlim _turn = new(1);
#pragma warning restore CA2213
    private readonly CancellationTokenSource _ending = new();
    private readonly HashSet<string> _followed = new(StringComparer.Ordinal);
    private readonly Store _store;
    private readonly VisibilityStore _visibility;
    private readonly ScheduleCalls _calls;
    private readonly TimeProvider _clock;
    private readonly SchedulePulse _pulse;
    private readonly ITimer _timer;
    private readonly CancellationToken _end;
    private volatile SchedulerState _state;
    private string? _made;
    private ScheduleSpec? _compiledFrom;
    private CompiledSpec? _compiled;

    public ScheduleActor(
        SchedulerState state, Store store, VisibilityStore visibility, ScheduleCalls calls, TimeProvider clock, SchedulePulse pulse)
    {
        (_state, _store, _visibility, _calls, _clock, _pulse) = (state, store, visibility, calls, clock, pulse);
        _end = _ending.Token;
        _timer = clock.CreateTimer(_ => _ = RunAsync(() => ApplyAsync(new ScheduleInput.Elapsed())), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Deleted, or done and past its retention.</summary>
    public event Action<ScheduleActor>? Ended;

    /// <summary>As last stored.</summary>
    public SchedulerState State => _state;

    public DateTimeOffset? Wakeup { get; private set; }

    public bool HasEnded => _end.IsCancellationRequested;

    /// <summary>Stores a schedule that is new, and takes its first turn.</summary>
    public Task CreateAsync(SchedulePatch patch) => TakeTurnAsync(new ScheduleInput.Patched(patch), isNew: true);

    /// <summary>Takes up what the last process left: calls that may not have been made, runs that ended meanwhile, missed times.</summary>
    public async Task RecoverAsync()
    {
        await LearnClosesAsync();
        await TakeTurnAsync(new ScheduleInput.Elapsed(), isNew: false);
    }

    /// <summary>Takes a turn with an input.</summary>
    /// <returns>Completes once the outcome is on disk.</returns>
    public async Task ApplyAsync(ScheduleInput input)
    {
        using var busy = _pulse.Enter();

        // Whether an action overlaps must not depend on how soon the news of a run's end came here.
        await LearnClosesAsync();
        await TakeTurnAsync(input, isNew: false);
    }

    public async Task DeleteAsync()
    {
        using var busy = _pulse.Enter();
        await _turn.WaitAsync();
        try
        {
            await EndAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The compiled specification; null when it is invalid.</summary>
    public CompiledSpec? Compile(ScheduleSpec spec)
    {
        if (spec.Equals(_compiledFrom))
        {
            return _compiled;
        }

        try
        {
            _compiled = CompiledSpec.Compile(spec);
        }
        catch (ScheduleSpecException)
        {
            // It was checked when it came; a time zone may have gone from the system since.
            _compiled = null;
        }

        _compiledFrom = spec.Clone();
        return _compiled;
    }

    public void Dispose()
    {
        _ending.Cancel();
        _timer.Dispose();
        _ending.Dispose();
    }

    // Work that nobody waits for.
    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception) when (HasEnded)
        {
            // Deleted, or the server stops, perhaps with its store closed: what is not done yet is done after the next start, if ever.
        }
        catch (Exception broken)
        {
            // Our own mistake; it must not take other schedules with it.
            _calls.LogBroken(_state.Namespace, _state.ScheduleId, broken);
        }
    }

    private async Task LearnClosesAsync()
    {
        foreach (var running in _state.Info.RunningWorkflows)
        {
            if (await _calls.FindCloseAsync(_state.Namespace, running, _end) is { } closed)
            {
                await TakeTurnAsync(closed, isNew: false);
            }
        }
    }

    private async Task TakeTurnAsync(ScheduleInput input, bool isNew)
    {
        await _turn.WaitAsync();
        try
        {
            if (HasEnded)
            {
                return;
            }

            var transition = ScheduleMachine.Apply(_state, input, _clock.GetUtcNow(), Compile);
            if (transition.IsExpired)
            {
                await EndAsync();
                return;
            }

            if (isNew || transition.State != _state)
            {
                await StoreAsync(transition.State);
            }

            _state = transition.State;
            Wakeup = transition.Wakeup;
            DoWhatFollows();
        }
        finally
        {
            _turn.Release();
        }
    }

    private Task StoreAsync(SchedulerState state)
    {
        var listing = ScheduleListing.Write(state, Compile(state.Schedule.Spec));
        return _store.WriteAsync(writer =>
        {
            ScheduleTable.Save(writer, state);
            _visibility.Upsert(writer, state.Namespace, ScheduleListing.Division, listing);
        });
    }

    private async Task EndAsync()
    {
        if (HasEnded)
        {
            return;
        }

        var state = _state;
        await _store.WriteAsync(writer =>
        {
            ScheduleTable.Close(writer, state);
            _visibility.Delete(
                writer, state.Namespace, ScheduleListing.Division, ScheduleListing.WorkflowIdPrefix + state.ScheduleId, state.RunId);
        });
        await _ending.CancelAsync();
        Wakeup = null;
        SetTimer();
        Ended?.Invoke(this);
    }

    private void DoWhatFollows()
    {
        SetTimer();

        // One after the other: actions are recorded in the order in which they were due.
        if (_state.Calls is [var call, ..] && _made != call.RequestId)
        {
            _made = call.RequestId;
            var state = _state;
            _ = RunAsync(() => MakeAsync(state, call));
        }

        _followed.IntersectWith(_state.Info.RunningWorkflows.Select(r => r.RunId));
        foreach (var running in _state.Info.RunningWorkflows.Where(r => _followed.Add(r.RunId)))
        {
            _ = RunAsync(() => FollowAsync(running));
        }
    }

    private async Task MakeAsync(SchedulerState state, PendingCall call)
    {
        using var busy = _pulse.Enter();
        await TakeTurnAsync(await _calls.MakeAsync(state, call, _end), isNew: false);
    }

    private async Task FollowAsync(WorkflowExecution running)
    {
        var closed = await _calls.FollowAsync(_state.Namespace, running, _end);
        using var busy = _pulse.Enter();
        await TakeTurnAsync(closed, isNew: false);
    }

    private void SetTimer()
    {
        if (Wakeup is { } wakeup)
        {
            _timer.ChangeTo(wakeup, _clock, LongestSleep);
        }
        else
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _pulse.Raise();
    }
}
