namespace Idp.DevServer.Hosting;

/// <summary>What of the server is switched on: the genuine dev server's defaults, and its keys to change them.</summary>
internal sealed record ServerFeatures
{
    public required bool WorkflowPause { get; init; }

    public required bool Schedules { get; init; }

    public required bool Updates { get; init; }

    /// <summary>A caller may leave before its update is completed.</summary>
    public required bool AsyncUpdates { get; init; }

    public required bool EagerWorkflowStart { get; init; }

    public required bool EagerActivities { get; init; }

    public required bool Queries { get; init; }

    /// <summary>Most runs that one page of a listing shows.</summary>
    public required int MaxVisibilityPage { get; init; }

    public required CallbackAddresses Callbacks { get; init; }

    public static ServerFeatures Read(DynamicConfig config) => new()
    {
        WorkflowPause = config.Bool("frontend.WorkflowPauseEnabled", false),
        Schedules = config.Bool("frontend.enableSchedules", true),
        Updates = config.Bool("frontend.enableUpdateWorkflowExecution", true),
        AsyncUpdates = config.Bool("frontend.enableUpdateWorkflowExecutionAsyncAccepted", true),
        EagerWorkflowStart = config.Bool("system.enableEagerWorkflowStart", true),
        EagerActivities = config.Bool("system.enableActivityEagerExecution", true),
        Queries = !config.Bool("system.disallowQuery", false),
        Callbacks = CallbackAddresses.Read(config),
        MaxVisibilityPage = config.Int("frontend.visibilityMaxPageSize", 1_000),
    };
}
