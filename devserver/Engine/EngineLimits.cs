using Idp.DevServer.Hosting;

namespace Idp.DevServer.Engine;

/// <summary>What a run may do at most: the genuine server's defaults, and its keys to change them.</summary>
internal sealed record EngineLimits
{
    public const int MaxResetPoints = 20;

    /// <summary>Identity of what the server does on its own account.</summary>
    public const string HistoryService = "history-service";

    public static readonly TimeSpan MaxTaskTimeout = TimeSpan.FromSeconds(120);
    public static readonly TimeSpan SpeculativeScheduleToStart = TimeSpan.FromSeconds(5);

    /// <summary>Left of a caller's deadline, so that an empty answer still reaches it.</summary>
    public static readonly TimeSpan PollMargin = TimeSpan.FromSeconds(1);

    public static EngineLimits Default { get; } = Read(DynamicConfig.Empty);

    public required int MaxIdLength { get; init; }

    /// <summary>As it is told; smaller than what it warns of, it has no effect.</summary>
    public required int BlobLimit { get; init; }

    /// <summary>As <see cref="BlobLimit"/>.</summary>
    public required int MemoLimit { get; init; }

    public required int MaxBlobBytes { get; init; }

    public required int MaxMemoBytes { get; init; }

    public required int MaxPendingActivities { get; init; }

    public required int MaxPendingChildren { get; init; }

    public required int MaxPendingSignals { get; init; }

    public required int MaxPendingCancels { get; init; }

    public required int MaxHistoryEvents { get; init; }

    public required long MaxHistoryBytes { get; init; }

    public required int SuggestContinueAsNewEvents { get; init; }

    public required long SuggestContinueAsNewBytes { get; init; }

    public required int MaxSignals { get; init; }

    public required int MaxInFlightUpdates { get; init; }

    public required int MaxUpdates { get; init; }

    public required double SuggestContinueAsNewUpdates { get; init; }

    /// <summary>So many workflow tasks that failed in a row make a workflow findable by its problems.</summary>
    public required int ReportedProblems { get; init; }

    public required TimeSpan DefaultTaskTimeout { get; init; }

    public required TimeSpan TaskHeartbeatTimeout { get; init; }

    /// <summary>How long a call waits for the next event or the progress of an update.</summary>
    public required TimeSpan LongPoll { get; init; }

    /// <summary>How long a worker's poll waits for a task.</summary>
    public required TimeSpan TaskPoll { get; init; }

    public static EngineLimits Read(DynamicConfig config)
    {
        var (blob, memo) = (config.Int("limit.blobSize.error", 2 * 1024 * 1024), config.Int("limit.memoSize.error", 2 * 1024 * 1024));
        return Read(config, blob, memo, config.Int("history.maxTotalUpdates", 2_000));
    }

    private static EngineLimits Read(DynamicConfig config, int blob, int memo, int updates) => new()
    {
        MaxIdLength = config.Int("limit.maxIDLength", 1_000),
        BlobLimit = blob,
        MemoLimit = memo,
        MaxBlobBytes = Math.Max(blob, config.Int("limit.blobSize.warn", 512 * 1024)),
        MaxMemoBytes = Math.Max(memo, config.Int("limit.memoSize.warn", 2 * 1024)),
        MaxPendingActivities = config.Int("limit.numPendingActivities.error", 2_000),
        MaxPendingChildren = config.Int("limit.numPendingChildExecutions.error", 2_000),
        MaxPendingSignals = config.Int("limit.numPendingSignals.error", 2_000),
        MaxPendingCancels = config.Int("limit.numPendingCancelRequests.error", 2_000),
        MaxHistoryEvents = config.Int("limit.historyCount.error", 50 * 1024),
        MaxHistoryBytes = config.Int("limit.historySize.error", 50 * 1024 * 1024),
        SuggestContinueAsNewEvents = config.Int("limit.historyCount.suggestContinueAsNew", 4 * 1024),
        SuggestContinueAsNewBytes = config.Int("limit.historySize.suggestContinueAsNew", 4 * 1024 * 1024),
        MaxSignals = config.Int("history.maximumSignalsPerExecution", 10_000),
        MaxInFlightUpdates = config.Int("history.maxInFlightUpdates", 10),
        MaxUpdates = updates,
        SuggestContinueAsNewUpdates = updates * config.Float("history.maxTotalUpdates.suggestContinueAsNewThreshold", 0.9),
        ReportedProblems = config.Int("system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute", 5),
        DefaultTaskTimeout = config.Duration("history.defaultWorkflowTaskTimeout", TimeSpan.FromSeconds(10)),
        TaskHeartbeatTimeout = config.Duration("history.workflowTaskHeartbeatTimeout", TimeSpan.FromMinutes(30)),
        LongPoll = config.Duration("history.longPollExpirationInterval", TimeSpan.FromSeconds(20)),
        TaskPoll = config.Duration("matching.longPollExpirationInterval", TimeSpan.FromMinutes(1)),
    };
}
