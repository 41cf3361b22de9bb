using Idp.DevServer.Engine.Handlers;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.Runs;
using Idp.DevServer.Persistence;
using Idp.DevServer.Time;

namespace Idp.DevServer.Engine;

internal static class EngineServices
{
    /// <summary>Adds workflow executions: their engine, queues, handlers and tables.</summary>
    public static IServiceCollection AddEngine(this IServiceCollection services) => services
        .AddSingleton<ISchemaPart, RunSchema>()
        .AddSingleton<ISchemaPart, QueueConfigSchema>()
        .AddSingleton<TaskQueues>()
        .AddSingleton<QueueConfigs>()
        .AddSingleton<WorkflowEngine>()
        .AddSingleton<IActivityGauge>(s => s.GetRequiredService<WorkflowEngine>())
        .AddSingleton<DirectQueries>()
        .AddSingleton<IWorkflowStarter, WorkflowStarter>()
        .AddHostedService<EngineHost>()
        .AddEngineHandlers();
}
