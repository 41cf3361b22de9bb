using System.Diagnostics;
using Temporalio.Api.TaskQueue.V1;

namespace Idp.DevServer.Engine.Handlers;

/// <summary>Advises a worker how many polls would serve its queue.</summary>
internal static class PollerScaling
{
    private static readonly TimeSpan IdlePoll = TimeSpan.FromSeconds(1);

    /// <param name="since">When the poll began, as a <see cref="Stopwatch"/> counts.</param>
    /// <returns>One fewer for a poll that has waited long; nothing otherwise.</returns>
    public static PollerScalingDecision? Advise(long since) =>
        Stopwatch.GetElapsedTime(since) >= IdlePoll ? new PollerScalingDecision { PollRequestDeltaSuggestion = -1 } : null;
}
