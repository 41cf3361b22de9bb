using Idp.Testing;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>Queries that nobody would write get the genuine server's answers too: right ones with words lost, added and swapped.</summary>
public sealed class RandomQueryTests
{
    private const int Queries = 2_000;
    private const int MaxChanges = 3;
    private const int MaxReported = 40;

    private static readonly string[] Words =
    [
        "WorkflowId", "WorkflowType", "MyInt", "MyKeyword", "MyKeywordList", "MyText", "MyBool", "MyDouble", "ExecutionStatus", "StartTime", "Unknown", "`MyInt`",
        "=", "!=", "<", ">", "<=", ">=", "<=>", "AND", "OR", "NOT", "IN", "BETWEEN", "STARTS_WITH", "LIKE", "IS", "NULL", "(", ")", ",", "'red'", "'Running'",
        "\"order-1\"", "5", "-3", "2.5", "+", "-", "*", "!", "true", "false", "ORDER", "BY", "GROUP", "LIMIT", "HAVING", "f(", ";", "''", "'2024-06-15T12:30:00Z'",
        "case", "select", "exists", "interval", "offset", "asc", "desc", ".", "0x1", "1e3", "status", "key", "?", ":a", "::b", "&", "|", "~", "^", "/", "%", "div",
        "binary", "collate", "default", "if", "left", "current_timestamp", "@x", "x'41'",
    ];

    /// <summary>SQL that the genuine parser knows and ours does not, for no query may use it; both refuse, in other words.</summary>
    private static readonly string[] Unknown = ["interval", "default", "select", "exists", "case", "union"];

    [Fact]
    public async Task Answers_ToQueriesWithWordsLostAddedAndSwapped_AreTheGenuineServers()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var temporal = await TemporalTools.FindAsync("temporal", cancellationToken);
        Assert.SkipWhen(temporal is null, TemporalTools.Missing);
        await using var genuine = await GenuineWorld.StartAsync(temporal!, cancellationToken);
        var world = new VisibilityWorld(await genuine.RunsAsync());
        using var local = new LocalVisibility();
        await local.KeepAsync(world.Runs);
        var random = new Random(42);
        var differences = new List<string>();
        for (var number = 0; number < Queries; number++)
        {
            var question = VisibilityWorld.Questions[random.Next(VisibilityWorld.Questions.Count)].Split('|', 2);
            var query = Changed(world.Resolve(question[1]), random);
            var (ours, theirs) = (local.Ask(world, question[0], query), await VisibilityAnswers.AskAsync(genuine.Client, world, question[0], query));
            if (ours != theirs && !IsExcused(query, theirs))
            {
                differences.Add($"{question[0]}|{query}\n  ours    {ours}\n  genuine {theirs}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences\n{string.Join('\n', differences.Take(MaxReported))}");
    }

    private static string Changed(string query, Random random)
    {
        var words = query.Split(' ').ToList();
        for (var change = random.Next(MaxChanges + 1); change > 0; change--)
        {
            var at = random.Next(words.Count);
            switch (random.Next(3))
            {
                case 0 when words.Count > 1:
                    words.RemoveAt(at);
                    break;
                case 1:
                    words.Insert(at, Words[random.Next(Words.Length)]);
                    break;
                default:
                    words[at] = Words[random.Next(Words.Length)];
                    break;
            }
        }

        return string.Join(' ', words);
    }

    private static bool IsExcused(string query, string theirs) =>
        theirs.Contains("something went wrong", StringComparison.Ordinal) // A panic of the genuine server.
        || query.Contains("MyDatetime", StringComparison.Ordinal) || query.Contains("Keyword01", StringComparison.Ordinal) // See DifferentialTests.
        || query.Contains("Division", StringComparison.Ordinal) // Schedules are runs of another division there, and not in this test.
        || Unknown.Any(word => query.Contains(word, StringComparison.OrdinalIgnoreCase));
}
