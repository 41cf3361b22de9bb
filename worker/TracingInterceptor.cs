using System.Diagnostics;
using System.Diagnostics.Metrics;
using Temporalio.Activities;
using Temporalio.Worker.Interceptors;

namespace Idp.Worker;

/// <summary>A span and a duration for every activity attempt. Object ids go into spans, never into metric tags.</summary>
internal sealed class TracingInterceptor(IMeterFactory meters) : IWorkerInterceptor
{
    public const string Name = "Idp.Worker";

    private static readonly ActivitySource Source = new(Name);

    private readonly Histogram<double> _duration = meters.Create(Name)
        .CreateHistogram<double>("idp.activity.duration", unit: "s", description: "One attempt of an activity, from start to end.");

    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor, _duration);

    private sealed class Inbound(ActivityInboundInterceptor next, Histogram<double> duration) : ActivityInboundInterceptor(next)
    {
        public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
        {
            var info = ActivityExecutionContext.Current.Info;
            using var span = Source.StartActivity(info.ActivityType, ActivityKind.Consumer);
            span?.SetTag("temporal.workflow.id", info.WorkflowId).SetTag("temporal.attempt", info.Attempt);
            var started = Stopwatch.GetTimestamp();
            var outcome = "ok";
            try
            {
                return await base.ExecuteActivityAsync(input);
            }
            catch (Exception failure)
            {
                outcome = failure.GetType().Name;
                span?.SetStatus(ActivityStatusCode.Error, outcome);
                throw;
            }
            finally
            {
                duration.Record(
                    Stopwatch.GetElapsedTime(started).TotalSeconds,
                    new KeyValuePair<string, object?>("activity", info.ActivityType),
                    new KeyValuePair<string, object?>("outcome", outcome));
            }
        }
    }
}
