using System.Collections.Concurrent;
using Idp.Core;
using Npgsql;
using Polly;
using Polly.CircuitBreaker;

namespace Idp.Activities.Actuators;

/// <summary>Within one attempt: stops asking a region that does not answer. Retrying is Temporal's alone.</summary>
internal sealed class RegionGuards
{
    private readonly ConcurrentDictionary<RegionId, ResiliencePipeline> _pipelines = new();

    /// <exception cref="BrokenCircuitException">One of the regions has failed lately; the message says which and until when.</exception>
    public async Task<T> RunAsync<T>(RegionId source, RegionId target, Func<Task<T>> act, CancellationToken cancellationToken) =>
        await Pipeline(source).ExecuteAsync(
            async outer => await Pipeline(target).ExecuteAsync(async _ => await act(), outer), cancellationToken);

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
