using System.Collections.Concurrent;
using Idp.Core;
using Npgsql;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Idp.Activities.Actuators;

/// <summary>Within one attempt: stops asking a region that does not answer. Retrying is Temporal's alone.</summary>
internal sealed class RegionGuards
{
    private readonly ConcurrentDictionary<RegionId, ResiliencePipeline> _pipelines = new();
    private readonly ConcurrentDictionary<TimeSpan, ResiliencePipeline> _limits = new();

    /// <param name="limit">Longest time for the whole of <paramref name="act"/>.</param>
    /// <exception cref="BrokenCircuitException">One of the regions has failed lately.</exception>
    /// <exception cref="TimeoutRejectedException">It took longer than <paramref name="limit"/>.</exception>
    public async Task<T> RunAsync<T>(
        RegionId source, RegionId target, Func<CancellationToken, Task<T>> act, TimeSpan limit, CancellationToken cancellationToken) =>
        await Pipeline(source).ExecuteAsync(
            async outer => await Pipeline(target).ExecuteAsync(
                async inner => await Limit(limit).ExecuteAsync(async token => await act(token), inner), outer),
            cancellationToken);

    private ResiliencePipeline Limit(TimeSpan limit) =>
        _limits.GetOrAdd(limit, _ => new ResiliencePipelineBuilder().AddTimeout(new TimeoutStrategyOptions { Timeout = limit }).Build());

    private ResiliencePipeline Pipeline(RegionId region) => _pipelines.GetOrAdd(region, _ => new ResiliencePipelineBuilder()
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            // Connection trouble only: a refusal by a healthy store says nothing about its health.
            ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(failure => failure is not PostgresException && failure.IsTransient),
            MinimumThroughput = 4,
            FailureRatio = 0.5,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = TimeSpan.FromSeconds(2),
        })
        .Build());
}
