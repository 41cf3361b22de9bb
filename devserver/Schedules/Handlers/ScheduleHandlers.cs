using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Schedules.Runtime;
using Idp.DevServer.Schedules.Specs;
using Idp.DevServer.Schedules.State;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Schedules.Handlers;

/// <summary>The RPCs of one schedule.</summary>
[RpcHandlers(RpcHandlersAttribute.WorkflowService)]
internal sealed class ScheduleHandlers(ScheduleDirectory schedules, ScheduleChecks checks, INamespaces namespaces, TimeProvider clock)
{
    private const int MaxMatchingTimes = 1_000;
    private const int TokenBytes = 8;
    private const long FirstToken = 1;

    public async Task<CreateScheduleResponse> CreateSchedule(CreateScheduleRequest request, RpcContext context)
    {
        checks.Enabled(request.Namespace);
        checks.Create(request);
        var ns = namespaces.Require(request.Namespace);
        var schedule = checks.Canonical(ns.Name, request.Schedule ?? new Schedule());
        request.SearchAttributes = checks.Attributes(ns.Name, request.SearchAttributes);
        if (request.InitialPatch?.TriggerImmediately is { ScheduledTime: null } trigger)
        {
            trigger.ScheduledTime = clock.GetUtcNow().ToTimestamp();
        }

        await schedules.CreateAsync(ns, request, schedule);
        return new CreateScheduleResponse { ConflictToken = Token(FirstToken) };
    }

    public async Task<DescribeScheduleResponse> DescribeSchedule(DescribeScheduleRequest request, RpcContext context)
    {
        checks.Enabled(request.Namespace);
        var actor = schedules.Require(request.Namespace, request.ScheduleId, endedMessage: "schedule not found");

        // A run that has ended is not shown as running.
        await actor.ApplyAsync(new ScheduleInput.Elapsed());
        var state = actor.State;
        var schedule = state.Schedule.Clone();
        SpecCanonicalizer.FillDefaults(schedule.Spec);
        if (schedule.Action.StartWorkflow is { } action)
        {
            action.SearchAttributes = checks.Typed(state.Namespace, action.SearchAttributes);
        }

        var info = state.Info.Clone();
        info.BufferSize = state.Buffer.Count;
        info.FutureActionTimes.Add(ScheduleListing.FutureTimes(state, actor.Compile(state.Schedule.Spec), ScheduleDefaults.FutureActions));
        return new DescribeScheduleResponse
        {
            Schedule = schedule,
            Info = info,
            Memo = state.Memo.Fields.Count == 0 ? null : state.Memo,
            SearchAttributes = state.SearchAttributes.IndexedFields.Count == 0 ? null : state.SearchAttributes,
            ConflictToken = Token(state.ConflictToken),
        };
    }

    public async Task<UpdateScheduleResponse> UpdateSchedule(UpdateScheduleRequest request, RpcContext context)
    {
        checks.Enabled(request.Namespace);
        ScheduleChecks.RequestIdLength(request.RequestId);
        var ns = namespaces.Require(request.Namespace);
        var schedule = checks.Canonical(ns.Name, request.Schedule ?? new Schedule());
        if (schedule.Action?.StartWorkflow is null)
        {
            throw RpcFailure.InvalidArgument("Only StartWorkflow action is supported for schedules");
        }

        var attributes = checks.Attributes(ns.Name, request.SearchAttributes);
        var token = request.ConflictToken.Length >= TokenBytes ? BinaryPrimitives.ReadInt64BigEndian(request.ConflictToken.Span) : 0;

        // A token that is no longer right changes nothing, and nobody is told: so it is on the genuine server.
        await schedules.Require(request.Namespace, request.ScheduleId)
            .ApplyAsync(new ScheduleInput.Updated(schedule, token, attributes));
        return new UpdateScheduleResponse();
    }

    public async Task<PatchScheduleResponse> PatchSchedule(PatchScheduleRequest request, RpcContext context)
    {
        ScheduleChecks.Patch(request);
        checks.Enabled(request.Namespace);
        if (request.Patch.TriggerImmediately is { ScheduledTime: null } trigger)
        {
            trigger.ScheduledTime = clock.GetUtcNow().ToTimestamp();
        }

        await schedules.Require(request.Namespace, request.ScheduleId).ApplyAsync(new ScheduleInput.Patched(request.Patch));
        return new PatchScheduleResponse();
    }

    public Task<ListScheduleMatchingTimesResponse> ListScheduleMatchingTimes(ListScheduleMatchingTimesRequest request, RpcContext context)
    {
        checks.Enabled(request.Namespace);
        var actor = schedules.Require(request.Namespace, request.ScheduleId);
        if (request.StartTime is null || request.EndTime is null)
        {
            throw RpcFailure.InvalidArgument("missing or invalid query");
        }

        var state = actor.State;
        var spec = actor.Compile(state.Schedule.Spec) ?? throw RpcFailure.InvalidArgument("invalid schedule");
        var response = new ListScheduleMatchingTimesResponse();
        var end = request.EndTime.ToDateTimeOffset();
        var at = request.StartTime.ToDateTimeOffset();
        try
        {
            while (response.StartTime.Count < MaxMatchingTimes && spec.Next(state.JitterSeed, at) is { } next && next.Actual <= end)
            {
                at = next.Actual;
                response.StartTime.Add(at.ToTimestamp());
            }
        }
        catch (ScheduleSpecException endless)
        {
            throw RpcFailure.InvalidArgument(endless.Message);
        }

        return Task.FromResult(response);
    }

    public async Task<DeleteScheduleResponse> DeleteSchedule(DeleteScheduleRequest request, RpcContext context)
    {
        checks.Enabled(request.Namespace);
        await schedules.Require(request.Namespace, request.ScheduleId).DeleteAsync();
        return new DeleteScheduleResponse();
    }

    private static ByteString Token(long token)
    {
        var bytes = new byte[TokenBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, token);
        return ByteString.CopyFrom(bytes);
    }
}
