using Idp.DevServer.Engine.Machines;

namespace Idp.DevServer.Engine;

/// <summary>A step would make an open run's history longer than any worker should have to read.</summary>
internal sealed class HistoryLimitException : Exception
{
    private HistoryLimitException(string message, string runId)
        : base(message) => RunId = runId;

    public string RunId { get; }

    /// <exception cref="HistoryLimitException">More events than <see cref="EngineLimits.MaxHistoryEvents"/>, or more bytes before this step than allowed.</exception>
    public static void ThrowIfPassed(Transition t)
    {
        if (!t.State.IsRunning || t.Events.Count == 0)
        {
            return;
        }

        if (t.State.NextEventId - 1 > t.Limits.MaxHistoryEvents)
        {
            throw new HistoryLimitException("Workflow history count exceeds limit.", t.State.RunId);
        }

        if (t.State.HistoryBytes > t.Limits.MaxHistoryBytes)
        {
            throw new HistoryLimitException("Workflow history size exceeds limit.", t.State.RunId);
        }
    }
}
