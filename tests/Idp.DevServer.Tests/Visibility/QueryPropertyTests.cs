using System.Globalization;
using System.Text.Json;
using CsCheck;
using Google.Protobuf;
using Idp.DevServer.Visibility.Conditions;
using Idp.DevServer.Visibility.Language;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>SQLite and plain C# agree on every query about every run; pages put together are the whole list.</summary>
public sealed class QueryPropertyTests
{
    private const int Runs = 60;
    private const int Queries = 40;

    // Few values, so that conditions are met and missed about as often.
    private static readonly string[] Words = ["a", "ab", "B", "b_", "a%", "!x"];
    private static readonly Gen<string> Word = Gen.OneOf(Words);

    private static readonly Gen<Dictionary<string, object>> Attributes = Gen.Select(
        Maybe(Gen.Bool), Maybe(Gen.Long[-2, 2]), Maybe(Gen.Int[-4, 4].Select(number => number / 2.0)), Maybe(Word), Maybe(Word.Array[1, 3]), Maybe(Word.Array[1, 3]),
        (truth, whole, fraction, word, list, text) => (((string Name, object? Value)[])
        [
            ("MyBool", truth), ("MyInt", whole), ("MyDouble", fraction), ("MyKeyword", word), ("MyKeywordList", list),
            ("MyText", text is string[] tokens ? string.Join(' ', tokens.Where(token => token is "a" or "ab" or "B")) : null),
        ]).Where(pair => pair.Value is not null && !Equals(pair.Value, string.Empty)).ToDictionary(pair => pair.Name, pair => pair.Value!));

    private static readonly Gen<string> Leaf = Gen.OneOf(
        Gen.Select(Gen.OneOf("=", "!=", "<", ">", "<=", ">="), Gen.OneOf("MyInt", "MyDouble"), Gen.Int[-5, 5], (comparison, name, value) =>
            string.Create(CultureInfo.InvariantCulture, $"{name} {comparison} {value / 2.0}")),
        Gen.Select(Gen.OneOf("=", "!=", "<", ">"), Gen.OneOf("MyKeyword", "WorkflowType", "WorkflowId"), Word, (comparison, name, word) => $"{name} {comparison} '{word}'"),
        Gen.Select(Gen.OneOf("IN", "NOT IN"), Gen.OneOf("MyKeyword", "MyKeywordList", "WorkflowType"), Word.Array[1, 3], (comparison, name, words) =>
            $"{name} {comparison} ({string.Join(", ", words.Select(word => $"'{word}'"))})"),
        Gen.Select(Gen.OneOf("STARTS_WITH", "NOT STARTS_WITH"), Gen.OneOf("MyKeyword", "WorkflowType"), Word, (comparison, name, word) => $"{name} {comparison} '{word}'"),
        Gen.Select(Gen.OneOf("BETWEEN", "NOT BETWEEN"), Gen.Int[-2, 2], Gen.Int[-2, 2], (comparison, from, to) => $"MyInt {comparison} {from} AND {to}"),
        Gen.Select(Gen.OneOf("=", "!="), Gen.OneOf("MyKeywordList", "MyText"), Gen.OneOf("a", "ab", "B"), (comparison, name, word) => $"{name} {comparison} '{word}'"),
        Gen.Select(Gen.OneOf("IS NULL", "IS NOT NULL"), Gen.OneOf("MyBool", "MyInt", "MyKeyword", "MyKeywordList", "MyText", "CloseTime"), (suffix, name) => $"{name} {suffix}"),
        Gen.Select(Gen.OneOf("=", "!="), Gen.Bool, (comparison, truth) => $"MyBool {comparison} {truth}"),
        Gen.Select(Gen.OneOf("=", "!="), Gen.OneOf("Running", "Completed", "Failed"), (comparison, status) => $"ExecutionStatus {comparison} '{status}'"),
        Gen.Select(Gen.OneOf("<", ">=", "="), Gen.OneOf("StartTime", "CloseTime"), Gen.Int[0, 9], (comparison, name, second) => $"{name} {comparison} '1970-01-01T00:00:0{second}Z'"));

    private static readonly Gen<string> Query = Gen.Recursive<string>((depth, inner) => depth == 3 ? Leaf : Gen.Frequency(
        (3, Leaf),
        (2, Gen.Select(inner, Gen.OneOf("AND", "OR"), inner, (left, operation, right) => $"({left}) {operation} {right}")),
        (1, inner.Select(query => $"NOT {query}")),
        (1, inner.Select(query => $"NOT ({query})"))));

    private static readonly Gen<WorkflowExecutionInfo> Run = Gen.Select(
        Gen.Int[0, 9], Maybe(Gen.Int[0, 9]), Word, Word, Gen.Guid, Attributes, (start, close, id, type, run, attributes) => Info(start, close, id, type, run, attributes));

    [Fact]
    public async Task List_AnyQueryOnAnyRuns_IsWhatPlainCodeFindsInOrder()
    {
        using var local = new LocalVisibility();
        var worlds = 0;
        await Gen.Select(Run.Array[Runs], Query.Array[Queries]).SampleAsync(
            async (runs, queries) =>
            {
                var ns = string.Create(CultureInfo.InvariantCulture, $"world-{worlds++}");
                await local.File.WriteAsync(writer => Array.ForEach(runs, run => local.Visibility.Upsert(writer, ns, string.Empty, run)));
                Assert.All(queries, query => Check(local, ns, runs, query));
            },
            iter: 20,
            threads: 1);
    }

    [Fact]
    public void Parse_AnyText_RefusesOnlyWithAQueryException() => Gen.OneOf(Gen.String, Query.Select(query => query[..(query.Length / 2)])).Sample(text =>
    {
        try
        {
            Parser.Parse(text);
        }
        catch (QueryException)
        {
            // Refused in words of the language: that is the promise.
        }
    });

    private static void Check(LocalVisibility local, string ns, IReadOnlyList<WorkflowExecutionInfo> runs, string query)
    {
        var condition = Binder.Bind(Parser.Parse(query), local.All(ns)).Condition!;
        var expected = runs.Where(run => Values(run).Meets(condition) is true).Select(run => run.Execution.RunId).ToHashSet();
        var listed = local.Visibility.List(ns, string.Empty, query, pageSize: 1_000, ByteString.Empty).Runs;

        Assert.True(expected.SetEquals(listed.Select(run => run.Execution.RunId)), $"{query}: expected {expected.Count} runs, listed {listed.Count}");
        Assert.Equal(listed.OrderByDescending(Closed).ThenByDescending(Started).ThenBy(run => run.Execution.RunId, StringComparer.Ordinal), listed);
        Assert.Equal(expected.Count, local.Visibility.Count(ns, string.Empty, query).Count);
        Assert.Equal(listed, Paged(local, ns, query));
    }

    private static Gen<object?> Maybe<T>(Gen<T> gen) => Gen.Frequency((1, Gen.Const((object?)null)), (2, gen.Select(value => (object?)value)));

    private static IEnumerable<WorkflowExecutionInfo> Paged(LocalVisibility local, string ns, string query)
    {
        var token = ByteString.Empty;
        do
        {
            var page = local.Visibility.List(ns, string.Empty, query, pageSize: 7, token);
            foreach (var run in page.Runs)
            {
                yield return run;
            }

            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
    }

    private static long Started(WorkflowExecutionInfo run) => run.StartTime.Seconds;

    private static long Closed(WorkflowExecutionInfo run) => run.CloseTime?.Seconds ?? long.MaxValue;

    private static WorkflowExecutionInfo Info(int start, object? close, string id, string type, Guid run, Dictionary<string, object> attributes)
    {
        var info = new WorkflowExecutionInfo
        {
            Execution = new() { WorkflowId = id, RunId = run.ToString() },
            Type = new() { Name = type },
            Status = close is null ? WorkflowExecutionStatus.Running : start % 2 == 0 ? WorkflowExecutionStatus.Completed : WorkflowExecutionStatus.Failed,
            StartTime = new() { Seconds = start },
            CloseTime = close is int second ? new() { Seconds = second } : null,
            SearchAttributes = new(),
        };
        foreach (var (name, value) in attributes)
        {
            info.SearchAttributes.IndexedFields.Add(name, new() { Data = ByteString.CopyFromUtf8(JsonSerializer.Serialize(value)) });
        }

        return info;
    }

    private static Dictionary<string, object> Values(WorkflowExecutionInfo run)
    {
        const long MicrosecondsPerSecond = 1_000_000;
        var values = new Dictionary<string, object>
        {
            ["WorkflowId"] = run.Execution.WorkflowId,
            ["WorkflowType"] = run.Type.Name,
            ["ExecutionStatus"] = (long)run.Status,
            ["StartTime"] = run.StartTime.Seconds * MicrosecondsPerSecond,
        };
        if (run.CloseTime is { } close)
        {
            values["CloseTime"] = close.Seconds * MicrosecondsPerSecond;
        }

        foreach (var (name, payload) in run.SearchAttributes.IndexedFields)
        {
            using var json = JsonDocument.Parse(payload.Data.Memory);
            values[name] = json.RootElement.ValueKind switch
            {
                JsonValueKind.Array => json.RootElement.EnumerateArray().Select(element => element.GetString()!).ToArray(),
                JsonValueKind.String => json.RootElement.GetString()!,
                JsonValueKind.Number => json.RootElement.GetDouble(),
                _ => json.RootElement.GetBoolean(),
            };
        }

        return values;
    }
}
