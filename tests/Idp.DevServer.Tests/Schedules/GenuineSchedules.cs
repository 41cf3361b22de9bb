using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Testing;

namespace Idp.DevServer.Tests.Schedules;

/// <summary>Asks a genuine server about specifications.</summary>
internal sealed class GenuineSchedules : IAsyncDisposable
{
    public const string ScheduleId = "asked";
    private readonly WorkflowEnvironment _environment;

    private GenuineSchedules(WorkflowEnvironment environment, string namespaceId) => (_environment, NamespaceId) = (environment, namespaceId);

    public string NamespaceId { get; }

    private WorkflowService Service => _environment.Client.Connection.WorkflowService;

    public static async Task<GenuineSchedules> StartAsync(string temporal)
    {
        var environment = await WorkflowEnvironment.StartLocalAsync(new() { DevServerOptions = new() { ExistingPath = temporal } });
        var ns = await environment.Client.Connection.WorkflowService.DescribeNamespaceAsync(new() { Namespace = "default" });
        return new GenuineSchedules(environment, ns.NamespaceInfo.Id);
    }

    public async Task<SpecAnswer> AskAsync(SpecQuestion question)
    {
        try
        {
            await Service.CreateScheduleAsync(new()
            {
                Namespace = "default",
                ScheduleId = ScheduleId,
                RequestId = Guid.NewGuid().ToString(),
                Schedule = new()
                {
                    Spec = JsonParser.Default.Parse<ScheduleSpec>(question.Spec),
                    Action = new() { StartWorkflow = new() { WorkflowId = "w", WorkflowType = new() { Name = "W" }, TaskQueue = new() { Name = "q" } } },
                    State = new() { Paused = true },
                },
            });
        }
        catch (RpcException refused)
        {
            return new SpecAnswer(refused.Message, null, null);
        }

        var description = await Service.DescribeScheduleAsync(new() { Namespace = "default", ScheduleId = ScheduleId });
        var times = await Service.ListScheduleMatchingTimesAsync(new()
        {
            Namespace = "default",
            ScheduleId = ScheduleId,
            StartTime = question.From.ToTimestamp(),
            EndTime = question.To.ToTimestamp(),
        });
        await Service.DeleteScheduleAsync(new() { Namespace = "default", ScheduleId = ScheduleId });
        return new SpecAnswer(null, JsonFormatter.Default.Format(description.Schedule.Spec), SpecAnswer.Summarize(times.StartTime));
    }

    public async ValueTask DisposeAsync() => await _environment.DisposeAsync();
}
