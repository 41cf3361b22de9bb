using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Tests.Differential;
using Idp.Testing;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using ServerKind = Idp.DevServer.Tests.Differential.Engine;

namespace Idp.DevServer.Tests.Schedules;

/// <summary>What is refused, with the genuine server's codes and messages; it confirms them where it is at hand.</summary>
public sealed class ScheduleFaultTests
{
    private static readonly string TooLong = new('x', 1_001);

    private static readonly (string Expected, Func<WorkflowService, Task> Ask)[] Faults =
    [
        ("AlreadyExists: schedule \"there\" is already registered", s => s.CreateScheduleAsync(Create("there"))),
        ("NotFound: workflow not found for ID: temporal-sys-scheduler:missing", s => s.DescribeScheduleAsync(new() { Namespace = "default", ScheduleId = "missing" })),
        ("NotFound: workflow not found for ID: temporal-sys-scheduler:missing", s => s.UpdateScheduleAsync(Update("missing"))),
        ("NotFound: workflow not found for ID: temporal-sys-scheduler:missing", s => s.PatchScheduleAsync(Patch("missing", new() { Pause = "x" }))),
        ("NotFound: workflow not found for ID: temporal-sys-scheduler:missing", s => s.DeleteScheduleAsync(new() { Namespace = "default", ScheduleId = "missing" })),
        ("NotFound: workflow not found for ID: temporal-sys-scheduler:missing",
            s => s.ListScheduleMatchingTimesAsync(new() { Namespace = "default", ScheduleId = "missing", StartTime = new(), EndTime = new() })),
        ("InvalidArgument: missing or invalid query", s => s.ListScheduleMatchingTimesAsync(new() { Namespace = "default", ScheduleId = "there" })),
        ("NotFound: schedule not found", s => s.DescribeScheduleAsync(new() { Namespace = "default", ScheduleId = "gone" })),
        ("NotFound: workflow execution already completed", s => s.PatchScheduleAsync(Patch("gone", new() { Pause = "x" }))),
        ("NotFound: workflow execution already completed", s => s.DeleteScheduleAsync(new() { Namespace = "default", ScheduleId = "gone" })),
        ("InvalidArgument: Can't load workflow execution.  WorkflowId not set.", s => s.CreateScheduleAsync(Create(""))),
        ("InvalidArgument: Can't load workflow execution.  WorkflowId not set.", s => s.DescribeScheduleAsync(new() { Namespace = "default" })),
        ("InvalidArgument: Namespace is empty.", s => s.CreateScheduleAsync(Create("a", r => r.Namespace = ""))),
        ("NotFound: Namespace nope is not found.", s => s.CreateScheduleAsync(Create("a", r => r.Namespace = "nope"))),
        ("InvalidArgument: RequestId is not set on request.", s => s.CreateScheduleAsync(Create("a", r => r.RequestId = ""))),
        ("InvalidArgument: RequestId length exceeds limit.", s => s.CreateScheduleAsync(Create("a", r => r.RequestId = TooLong))),
        ("InvalidArgument: WorkflowId exceeds maximum allowed length (1013/1000)", s => s.CreateScheduleAsync(Create(TooLong[..990]))),
        ("InvalidArgument: Invalid schedule spec: CronString does not have 5-7 fields", s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Spec.CronString.Add("x")))),
        ("InvalidArgument: Invalid schedule spec: unknown time zone Nowhere/Land", s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Spec.TimezoneName = "Nowhere/Land"))),
        ("InvalidArgument: WorkflowType is not set on request.", s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.WorkflowType = null))),
        ("InvalidArgument: WorkflowType length exceeds limit.", s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.WorkflowType.Name = TooLong))),
        ("InvalidArgument: taskQueue is not set", s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.TaskQueue = null))),
        ("InvalidArgument: missing task queue name", s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.TaskQueue.Name = ""))),
        ("InvalidArgument: taskQueue length exceeds limit", s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.TaskQueue.Name = TooLong))),
        ("InvalidArgument: task queue name cannot start with reserved prefix /_sys/",
            s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.TaskQueue.Name = "/_sys/x"))),
        ("InvalidArgument: WorkflowId exceeds maximum allowed length (1011/1000)",
            s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.WorkflowId = TooLong[..990]))),
        ("InvalidArgument: Scheduled workflow must not contain CronSchedule", s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.CronSchedule = "* * * * *"))),
        ("InvalidArgument: Scheduled workflow must not contain WorkflowIDReusePolicy",
            s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.WorkflowIdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate))),
        ("InvalidArgument: An invalid WorkflowRunTimeoutSeconds is set on request. cause: negative duration",
            s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.WorkflowRunTimeout = new Duration { Seconds = -1 }))),
        ("InvalidArgument: Namespace default has no mapping defined for search attribute Nope", s => s.CreateScheduleAsync(Create("a", r => r.SearchAttributes = Attribute("Nope")))),
        ("InvalidArgument: Namespace default has no mapping defined for search attribute Nope",
            s => s.CreateScheduleAsync(Create("a", r => r.Schedule.Action.StartWorkflow.SearchAttributes = Attribute("Nope")))),
        ("InvalidArgument: WorkflowId attribute can't be set in SearchAttributes", s => s.CreateScheduleAsync(Create("a", r => r.SearchAttributes = Attribute("WorkflowId")))),
        ("InvalidArgument: Patch is not set on request.", s => s.PatchScheduleAsync(Patch("there", null))),
        ("InvalidArgument: Schedule notes exceeds limit.", s => s.PatchScheduleAsync(Patch("there", new() { Pause = TooLong }))),
        ("InvalidArgument: Only StartWorkflow action is supported for schedules", s => s.UpdateScheduleAsync(Update("there", r => r.Schedule = null))),
        ("InvalidArgument: invalid query: invalid search attribute: Foo", s => s.ListSchedulesAsync(new() { Namespace = "default", Query = "Foo = 1" })),
        ("InvalidArgument: invalid query filter for schedules: cannot filter on \"WorkflowType\"", s => s.ListSchedulesAsync(new() { Namespace = "default", Query = "WorkflowType = 'x'" })),
        ("InvalidArgument: invalid query filter for schedules: cannot filter on \"WorkflowId\"", s => s.ListSchedulesAsync(new() { Namespace = "default", Query = "WorkflowId = 'x'" })),
        ("InvalidArgument: invalid query filter for schedules: cannot filter on \"StartTime\"", s => s.ListSchedulesAsync(new() { Namespace = "default", Query = "ORDER BY StartTime" })),
        ("InvalidArgument: invalid query filter for schedules: cannot filter on \"ExecutionStatus\"", s => s.CountSchedulesAsync(new() { Namespace = "default", Query = "GROUP BY ExecutionStatus" })),
    ];

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Genuine)]
    public async Task Ask_WhatIsRefused_SaysTheSame(ServerKind engine)
    {
        var token = TestContext.Current.CancellationToken;
        Assert.SkipWhen(await ServerUnderTest.FindAsync(engine, token) is null, TemporalTools.Missing);
        await using var server = await ServerUnderTest.StartAsync(engine, token);
        var service = server.Client.Connection.WorkflowService;
        var same = Create("there");
        await service.CreateScheduleAsync(same);
        await service.CreateScheduleAsync(same);
        await service.CreateScheduleAsync(Create("gone"));
        await service.DeleteScheduleAsync(new() { Namespace = "default", ScheduleId = "gone" });
        var answers = new List<string>();
        foreach (var (_, ask) in Faults)
        {
            answers.Add(await AskAsync(() => ask(service)));
        }

        Assert.Equal(Faults.Select(f => f.Expected), answers);
        foreach (var (query, count) in new[]
        {
            ("ScheduleId = 'there'", 1), ("ScheduleId != 'there'", 0), ("ScheduleId = 'gone'", 0), ("ScheduleId STARTS_WITH 'th' AND TemporalSchedulePaused = false", 1),
            ("NOT (ScheduleId IN ('there', 'gone'))", 0), ("", 1),
        })
        {
            Assert.Equal((query, count), (query, (await service.CountSchedulesAsync(new() { Namespace = "default", Query = query })).Count));
        }
    }

    private static async Task<string> AskAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return "accepted";
        }
        catch (RpcException refused)
        {
            return $"{refused.Code}: {refused.Message}";
        }
    }

    private static CreateScheduleRequest Create(string id, Action<CreateScheduleRequest>? adjust = null)
    {
        var request = new CreateScheduleRequest { Namespace = "default", ScheduleId = id, RequestId = Guid.NewGuid().ToString(), Schedule = Hourly() };
        adjust?.Invoke(request);
        return request;
    }

    private static UpdateScheduleRequest Update(string id, Action<UpdateScheduleRequest>? adjust = null)
    {
        var request = new UpdateScheduleRequest { Namespace = "default", ScheduleId = id, RequestId = "r", Schedule = Hourly() };
        adjust?.Invoke(request);
        return request;
    }

    private static PatchScheduleRequest Patch(string id, SchedulePatch? patch) =>
        new() { Namespace = "default", ScheduleId = id, RequestId = "r", Patch = patch };

    private static Schedule Hourly() => new()
    {
        Spec = new() { Interval = { new IntervalSpec { Interval = new Duration { Seconds = 3_600 } } } },
        Action = new() { StartWorkflow = new() { WorkflowId = "w", WorkflowType = new() { Name = "W" }, TaskQueue = new() { Name = "q" } } },
    };

    private static SearchAttributes Attribute(string name) => new()
    {
        IndexedFields =
        {
            [name] = new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") }, Data = ByteString.CopyFromUtf8("\"x\"") },
        },
    };
}
