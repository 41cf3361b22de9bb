namespace Idp.DevServer.Engine;

/// <summary>The genuine server's defaults that decide what a run may do.</summary>
internal static class EngineLimits
{
    public const int MaxIdLength = 1_000;
    public const int MaxBlobBytes = 2 * 1024 * 1024;
    public const int MaxPending = 2_000;
    public const int MaxHistoryEvents = 50 * 1024;
    public const long MaxHistoryBytes = 50L * 1024 * 1024;
    public const int MaxSignals = 10_000;
    public const int MaxInFlightUpdates = 10;
    public const int MaxUpdates = 2_000;
    public const int MaxBufferedQueries = 1;
    public const int MaxResetPoints = 20;
    public const int SuggestContinueAsNewEvents = 4 * 1024;
    public const long SuggestContinueAsNewBytes = 4L * 1024 * 1024;

    /// <summary>Identity of what the server does on its own account.</summary>
    public const string HistoryService = "history-service";

    public static readonly TimeSpan DefaultTaskTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan MaxTaskTimeout = TimeSpan.FromSeconds(120);
    public static readonly TimeSpan TaskHeartbeatTimeout = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan SpeculativeScheduleToStart = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan TaskPoll = TimeSpan.FromSeconds(60);

    /// <summary>Left of a caller's deadline, so that an empty answer still reaches it.</summary>
    public static readonly TimeSpan PollMargin = TimeSpan.FromSeconds(1);
}
