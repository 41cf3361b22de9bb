using System.Diagnostics;
using Idp.DevServer.Engine.Matching;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Hosting;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Tests.Matching;

public sealed class MatchQueueTests
{
    private static readonly RunKey Key = new("default", "workflow", "run");

    [Fact]
    public async Task Advise_TasksWait_OneMorePoll()
    {
        var queue = Queue();
        queue.Add(Work());
        queue.Add(Work());
        await PollAsync(queue);

        Assert.Equal(1, queue.Advise(Stopwatch.GetTimestamp())?.PollRequestDeltaSuggestion);
    }

    [Fact]
    public async Task Advise_NoneWaits_Nothing()
    {
        var queue = Queue();
        queue.Add(Work());
        await PollAsync(queue);

        Assert.Null(queue.Advise(Stopwatch.GetTimestamp()));
    }

    [Fact]
    public void Advise_AfterALongWait_OnePollFewer()
    {
        var longAgo = Stopwatch.GetTimestamp() - (10 * Stopwatch.Frequency);

        Assert.Equal(-1, Queue().Advise(longAgo)?.PollRequestDeltaSuggestion);
    }

    [Fact]
    public void Advise_AskedAgainAndAgain_IsBounded()
    {
        var queue = Queue("matching.pollerScalingDecisionsPerSecond=0.001");
        queue.Add(Work());
        queue.Add(Work());

        Assert.NotNull(queue.Advise(Stopwatch.GetTimestamp()));
        Assert.Null(queue.Advise(Stopwatch.GetTimestamp()));
    }

    [Fact]
    public async Task Limit_SetByAnOperator_GoesBeforeTheWorkers()
    {
        var queue = Queue();
        Assert.Equal(RateLimitSource.System, queue.Limit.Source);
        queue.Add(Work());
        await queue.PollAsync("worker", null, 9, TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.Equal(new RateLimit(9, RateLimitSource.Worker), queue.Limit);
        queue.SetLimit(5);
        Assert.Equal(new RateLimit(5, RateLimitSource.Api), queue.Limit);
        queue.SetLimit(null);
        Assert.Equal(new RateLimit(9, RateLimitSource.Worker), queue.Limit);
    }

    [Fact]
    public async Task PollAsync_RateOfZero_GivesOutNothingUntilItIsLifted()
    {
        var queue = Queue();
        queue.SetLimit(0);
        queue.Add(Work());
        var poll = PollAsync(queue);
        Assert.False(poll.IsCompleted);
        Assert.Equal(1, queue.Backlog);
        queue.SetLimit(null);

        Assert.NotNull(await poll);
    }

    [Fact]
    public async Task Stats_TasksOfTwoPriorities_AreToldApart()
    {
        var queue = Queue();
        queue.Add(Work(priority: 1));
        queue.Add(Work());
        await PollAsync(queue);

        Assert.Equal([(1, 0), (3, 1)], queue.Stats.Select(level => (level.Priority, level.Backlog)));
        Assert.All(queue.Stats, level => Assert.True(level.AddsPerSecond > 0));
        Assert.Equal([true, false], queue.Stats.Select(level => level.DispatchesPerSecond > 0));
    }

    private static MatchQueue Queue(params string[] config) =>
        new(TimeProvider.System, MatchingOptions.Read(new DynamicConfig(config.Select(DynamicConfig.Parse))));

    private static MatchTask Work(int priority = 0) => MatchTask.ForActivity(Key, "queue", 5, 1, new Priority { PriorityKey = priority });

    private static Task<MatchTask?> PollAsync(MatchQueue queue) =>
        queue.PollAsync("worker", null, null, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
