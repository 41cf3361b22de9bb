using Idp.Workflows;
using Idp.Workflows.Contracts;
using Idp.Workflows.Loops;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Exceptions;

namespace Idp.Worker;

/// <summary>Makes sure that the three loops are scheduled as this worker is configured; every worker may do it.</summary>
internal sealed class LoopSchedules(ITemporalClient temporal, IOptions<WorkerOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var scale = options.Value;
        await EnsureAsync(LoopKind.Urgent, TimeSpan.FromMinutes(1), scale.ShortestLoop, ScheduleOverlapPolicy.Skip, TimeSpan.FromMinutes(1), cancellationToken);
        await EnsureAsync(LoopKind.Strategic, TimeSpan.FromHours(1), scale.ShortestLoop * 5, ScheduleOverlapPolicy.Skip, TimeSpan.FromMinutes(10), cancellationToken);
        await EnsureAsync(LoopKind.Planning, TimeSpan.FromDays(1), scale.ShortestLoop * 15, ScheduleOverlapPolicy.BufferOne, TimeSpan.FromHours(2), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureAsync(
        LoopKind kind, TimeSpan period, TimeSpan floor, ScheduleOverlapPolicy overlap, TimeSpan catchUp, CancellationToken cancellationToken)
    {
        var scaled = period / options.Value.TimeScale;
        var name = kind.ToString().ToLowerInvariant();
        var schedule = new Schedule(
            ScheduleActionStartWorkflow.Create(
                (LoopWorkflow loop) => loop.RunAsync(new LoopTick(kind, string.Empty)),
                new($"loop/{name}", TaskQueues.Control)
                {
                    TaskTimeout = TimeSpan.FromSeconds(5),
                    TypedSearchAttributes = new SearchAttributesFor(name).Collection,
                    StaticSummary = $"{name} loop",
                }),
            new() { Intervals = [new(scaled > floor ? scaled : floor)] })
        {
            Policy = new() { Overlap = overlap, CatchupWindow = catchUp },
        };

        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        try
        {
            await temporal.CreateScheduleAsync($"idp-{name}", schedule, new() { Rpc = rpc });
        }
        catch (ScheduleAlreadyRunningException)
        {
            await temporal.GetScheduleHandle($"idp-{name}").UpdateAsync(
                current => new ScheduleUpdate(schedule with { State = current.Description.Schedule.State }), rpc); // A paused loop stays paused.
        }
    }

    private readonly record struct SearchAttributesFor(string Loop)
    {
        public Temporalio.Common.SearchAttributeCollection Collection => new Temporalio.Common.SearchAttributeCollection.Builder()
            .Set(IdpSearchAttributes.Kind, $"loop/{Loop}")
            .ToSearchAttributeCollection();
    }
}
