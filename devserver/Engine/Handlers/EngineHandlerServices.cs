namespace Idp.DevServer.Engine.Handlers;

internal static class EngineHandlerServices
{
    public static IServiceCollection AddEngineHandlers(this IServiceCollection services) => services
        .AddSingleton<StartHandlers>()
        .AddSingleton<SignalHandlers>()
        .AddSingleton<WorkflowEndHandlers>()
        .AddSingleton<WorkflowTaskHandlers>()
        .AddSingleton<RespondWorkflowTaskCompletedHandler>()
        .AddSingleton<ActivityTaskHandlers>()
        .AddSingleton<ActivityByIdHandlers>()
        .AddSingleton<HistoryHandlers>()
        .AddSingleton<DescribeHandlers>()
        .AddSingleton<QueryHandlers>()
        .AddSingleton<UpdateHandlers>()
        .AddSingleton<MultiOperationHandlers>()
        .AddSingleton<ResetHandlers>()
        .AddSingleton<PauseHandlers>()
        .AddSingleton<ExecutionOptionsHandlers>()
        .AddSingleton<TimeSkippingHandlers>()
        .AddSingleton<TaskQueueConfigHandlers>()
        .AddSingleton<TaskQueueHandlers>()
        .AddSingleton<ActivityOperationHandlers>();
}
