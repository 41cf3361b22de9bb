using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Persistence;
using Idp.DevServer.Schedules.State;
using Idp.DevServer.Time;
using Idp.DevServer.Visibility;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Schedules.Runtime;

/// <summary>All schedules of this server.</summary>
internal sealed class ScheduleDirectory(
    Store store, VisibilityStore visibility, ScheduleCalls calls, TimeProvider clock, INamespaces namespaces, SchedulePulse pulse)
    : IActivityGauge, IDisposable
{
    private readonly ConcurrentDictionary<(string NamespaceId, string ScheduleId), ScheduleActor> _actors = new();
    private readonly ConcurrentDictionary<(string NamespaceId, string ScheduleId), bool> _ended = new();
    private readonly SemaphoreSlim _creation = new(1);

    public event Action? Changed
    {
        add => pulse.Changed += value;
        remove => pulse.Changed -= value;
    }

    public bool IsBusy => pulse.IsBusy;

    public DateTimeOffset? NextDeadline => _actors.Values.Min(actor => actor.Wakeup);

    /// <summary>Takes up every schedule of the file. The engine has recovered before.</summary>
    public async Task RecoverAsync()
    {
        using var busy = pulse.Enter();
        using (var reader = store.OpenReader())
        {
            foreach (var (namespaceId, scheduleId, state) in ScheduleTable.ReadAll(reader))
            {
                if (state is null)
                {
                    _ended[(namespaceId, scheduleId)] = true;
                    continue;
                }

                Add(state);
            }
        }

        await Task.WhenAll(_actors.Values.Select(actor => actor.RecoverAsync()));
    }

    /// <summary>Ends every schedule of a namespace.</summary>
    public Task DeleteAllAsync(string namespaceId) =>
        Task.WhenAll(_actors.Values.Where(actor => actor.State.NamespaceId == namespaceId).Select(actor => actor.DeleteAsync()));

    /// <exception cref="RpcFailure">There is one of this id already, created by another request.</exception>
    public async Task CreateAsync(NamespaceEntry ns, CreateScheduleRequest request, Schedule schedule)
    {
        using var busy = pulse.Enter();
        await _creation.WaitAsync();
        try
        {
            var key = (ns.Id, request.ScheduleId);
            if (_actors.TryGetValue(key, out var existing))
            {
                if (existing.State.CreateRequestId == request.RequestId)
                {
                    return;
                }

                throw new RpcFailure(
                    StatusCode.AlreadyExists, $"schedule \"{request.ScheduleId}\" is already registered", new WorkflowExecutionAlreadyStartedFailure());
            }

            var now = clock.GetUtcNow();
            var actor = Add(new SchedulerState
            {
                Namespace = ns.Name,
                NamespaceId = ns.Id,
                ScheduleId = request.ScheduleId,
                RunId = Guid.CreateVersion7(now).ToString(),
                CreateRequestId = request.RequestId,
                Schedule = ScheduleDefaults.Complete(schedule),
                Info = new ScheduleInfo { CreateTime = now.ToTimestamp() },
                Memo = request.Memo ?? new(),
                SearchAttributes = request.SearchAttributes ?? new(),
                LastProcessed = now,
            });
            await actor.CreateAsync(request.InitialPatch ?? new SchedulePatch());
            _ended.TryRemove(key, out _);
            pulse.Raise();
        }
        finally
        {
            _creation.Release();
        }
    }

    /// <param name="endedMessage">What the genuine server says of one that is deleted or done.</param>
    /// <exception cref="RpcFailure">There is no such schedule.</exception>
    public ScheduleActor Require(string ns, string scheduleId, string endedMessage = "workflow execution already completed")
    {
        var key = (namespaces.Require(ns).Id, scheduleId);
        if (scheduleId.Length == 0)
        {
            throw RpcFailure.InvalidArgument("Can't load workflow execution.  WorkflowId not set.");
        }

        return _actors.TryGetValue(key, out var actor) ? actor
            : throw new RpcFailure(
                StatusCode.NotFound,
                _ended.ContainsKey(key) ? endedMessage : $"workflow not found for ID: {ScheduleListing.WorkflowIdPrefix}{scheduleId}",
                new NotFoundFailure());
    }

    public void Dispose()
    {
        foreach (var actor in _actors.Values)
        {
            actor.Dispose();
        }

        _creation.Dispose();
    }

    private ScheduleActor Add(SchedulerState state)
    {
        var actor = _actors.GetOrAdd(
            (state.NamespaceId, state.ScheduleId), _ => new ScheduleActor(state, store, visibility, calls, clock, pulse));
        actor.Ended += Remove;
        return actor;
    }

    private void Remove(ScheduleActor actor)
    {
        var key = (actor.State.NamespaceId, actor.State.ScheduleId);
        _ended[key] = true;
        _actors.TryRemove(new(key, actor));
    }
}
