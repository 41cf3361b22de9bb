using System.Diagnostics;
using Google.Protobuf;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>With many runs, a page is read and not sought.</summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    private const int Runs = 100_000;

    /// <summary>Milliseconds on any machine; a sort or scan of all runs takes hundreds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(25);

    [Fact]
    public async Task List_HundredThousandRuns_FindsPagesInMilliseconds()
    {
        using var local = new LocalVisibility();
        await local.KeepAsync(Enumerable.Range(0, Runs).Select(Run));

        Assert.All(
            (string[])["", "ExecutionStatus = 'Running'", "WorkflowType = 'type-7'", "WorkflowId = 'id-77777'", "MyKeyword = 'word-500'", "StartTime > '2001-09-09T01:46:40Z'"],
            query => Assert.True(Fastest(local, query) < Limit, $"{query} took {Fastest(local, query).TotalMilliseconds} ms"));
    }

    private static WorkflowExecutionInfo Run(int number)
    {
        var isOpen = number % 50 == 0;
        return new()
        {
            Execution = new() { WorkflowId = $"id-{number}", RunId = $"run-{number}" },
            Type = new() { Name = $"type-{number % 20}" },
            Status = isOpen ? WorkflowExecutionStatus.Running : WorkflowExecutionStatus.Completed,
            StartTime = new() { Seconds = 1_000_000_000 + number },
            CloseTime = isOpen ? null : new() { Seconds = 1_000_000_001 + number },
            SearchAttributes = new() { IndexedFields = { ["MyKeyword"] = new() { Data = ByteString.CopyFromUtf8($"\"word-{number % 1_000}\"") } } },
        };
    }

    private TimeSpan Fastest(LocalVisibility local, string query)
    {
        var fastest = Enumerable.Range(0, 5).Min(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            local.Visibility.List(LocalVisibility.Namespace, string.Empty, query, pageSize: 100, ByteString.Empty);
            return Stopwatch.GetElapsedTime(started);
        });
        output.WriteLine($"{query}: {fastest.TotalMilliseconds} ms");
        return fastest;
    }
}
