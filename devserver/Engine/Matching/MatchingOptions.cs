using Idp.DevServer.Hosting;

namespace Idp.DevServer.Engine.Matching;

/// <summary>How task queues advise their workers: the genuine server's defaults, and its keys to change them.</summary>
internal sealed record MatchingOptions
{
    /// <summary>A poll that has waited this long is one too many.</summary>
    public required TimeSpan IdlePoll { get; init; }

    /// <summary>More tasks than these waiting ask for one more poll.</summary>
    public required int MinBacklog { get; init; }

    /// <summary>So much faster than they are taken may tasks come before one more poll is asked for.</summary>
    public required double AddToDispatchRatio { get; init; }

    /// <summary>Bounds the advice that each poll of a queue gets.</summary>
    public required double DecisionsPerSecond { get; init; }

    public static MatchingOptions Read(DynamicConfig config) => new()
    {
        IdlePoll = config.Duration("matching.pollerScalingWaitTime", TimeSpan.FromSeconds(1)),
        MinBacklog = config.Int("matching.pollerScalingMinimumBacklog", 0),
        AddToDispatchRatio = config.Float("matching.pollerScalingTaskAddToDispatchRatio", 1.2),
        DecisionsPerSecond = config.Float("matching.pollerScalingDecisionsPerSecond", 10),
    };
}
