using Idp.Activities;
using Idp.Activities.Actuators;
using Idp.Activities.Controllers;
using Idp.Workflows;
using Idp.Workflows.Batches;
using Idp.Workflows.Loops;
using Idp.Workflows.Migrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Temporalio.Client;
using Temporalio.Common.EnvConfig;
using Temporalio.Extensions.Hosting;
using Temporalio.Runtime;

namespace Idp.Worker;

public static class ServiceCollectionExtensions
{
    /// <summary>The Temporal worker: loops and sagas on one queue, copies on another.</summary>
    public static IServiceCollection AddIdpWorker(this IServiceCollection services)
    {
        services.AddOptions<WorkerOptions>().BindConfiguration(WorkerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddMetrics();
        services.AddSingleton<TracingInterceptor>();
        services.AddSingleton<HeartbeatInterceptor>();
        services.AddIdpTemporalClient();
        services.AddHostedService<SearchAttributes>();
        services.AddHostedService<LoopSchedules>();

        services.AddHostedTemporalWorker(TaskQueues.Control)
            .AddWorkflow<LoopWorkflow>()
            .AddWorkflow<MigrationWorkflow>()
            .AddWorkflow<BatchWorkflow>()
            .AddWorkflow<EvacuationWorkflow>()
            .AddSingletonActivities<LoopActivities>()
            .AddSingletonActivities<MigrationActivities>()
            .AddSingletonActivities<BatchActivities>()
            .AddSingletonActivities<EvacuationActivities>()
            .ConfigureOptions()
            .Configure<TracingInterceptor, HeartbeatInterceptor>((options, tracing, heartbeat) =>
            {
                AnswerFast(options, tracing, heartbeat);

                // Without a sticky cache any worker continues at once where a dead one stopped.
                options.MaxCachedWorkflows = 0;
                options.MaxConcurrentWorkflowTaskPolls = 1;
                options.MaxConcurrentActivityTaskPolls = 1;
            });
        services.AddHostedTemporalWorker(TaskQueues.Movers)
            .AddSingletonActivities<MigrationActivities>()
            .AddSingletonActivities<BatchActivities>()
            .ConfigureOptions()
            .Configure<TracingInterceptor, HeartbeatInterceptor, IOptions<WorkerOptions>>((options, tracing, heartbeat, worker) =>
            {
                AnswerFast(options, tracing, heartbeat);
                options.MaxConcurrentActivities = worker.Value.MaxConcurrentMovers;
            });
        return services;
    }

    private static void AnswerFast(TemporalWorkerServiceOptions options, TracingInterceptor tracing, HeartbeatInterceptor heartbeat)
    {
        options.GracefulShutdownTimeout = TimeSpan.FromSeconds(3);
        options.Interceptors = [tracing, heartbeat];

        // Held back longer by default, heartbeats would come too late for their time-out of 8 s.
        options.MaxHeartbeatThrottleInterval = TimeSpan.FromSeconds(1);
        options.DefaultHeartbeatThrottleInterval = TimeSpan.FromSeconds(1);
    }

    /// <summary>A lazily connected Temporal client, from Temporal's own environment configuration.</summary>
    public static IServiceCollection AddIdpTemporalClient(this IServiceCollection services) =>
        services.AddSingleton<ITemporalClient>(provider =>
        {
            var options = ClientEnvConfig.LoadClientConnectOptions();
            var configuration = provider.GetRequiredService<IConfiguration>();
            options.TargetHost = configuration["Temporal:Address"] ?? options.TargetHost ?? "127.0.0.1:7233";
            options.Namespace = configuration["Temporal:Namespace"] is { Length: > 0 } configured ? configured : options.Namespace;

            // Left alone the SDK writes its log to stdout, among the data of a command.
            options.Runtime = new TemporalRuntime(new()
            {
                Telemetry = new()
                {
                    Logging = new(new TelemetryFilterOptions(TelemetryFilterOptions.Level.Warn))
                    {
                        Forwarding = new(provider.GetRequiredService<ILoggerFactory>().CreateLogger("Temporalio")),
                    },
                },
            });
            return TemporalClient.CreateLazy(options);
        });

    /// <summary>Traces and metrics; sent by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
    public static IHostApplicationBuilder AddIdpTelemetry(this IHostApplicationBuilder builder, string service)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service))
            .WithTracing(tracing => tracing.AddSource(TracingInterceptor.Name).AddNpgsql())
            .WithMetrics(metrics => metrics.AddMeter(TracingInterceptor.Name, "Idp.Plane", "Npgsql").AddRuntimeInstrumentation());
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }

        return builder;
    }
}
