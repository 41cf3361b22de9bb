using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Idp.Testing;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>Runs as a genuine server listed them, and the questions that are asked of them.</summary>
public sealed partial class VisibilityWorld
{
    private readonly Dictionary<string, WorkflowExecutionInfo> _byLabel = [];
    private readonly Dictionary<string, string> _labels = [];

    public VisibilityWorld(IReadOnlyList<WorkflowExecutionInfo> runs)
    {
        Runs = runs;
        foreach (var run in runs)
        {
            var id = run.Execution.WorkflowId;
            var label = id.StartsWith("nightly-run", StringComparison.Ordinal) ? "nightly-run" : id;
            label = _byLabel.ContainsKey(label) ? $"{label}/{run.Status}" : label;
            _byLabel.Add(label, run);
            _labels.Add(run.Execution.RunId, label.Replace(' ', '_'));
        }
    }

    public static string Folder { get; } = Path.Combine(Repository.Root.FullName, "tests", "Idp.DevServer.Tests", "Visibility");

    public static IReadOnlyList<string> Questions { get; } =
        [.. File.ReadLines(Path.Combine(Folder, "queries.txt")).Where(line => line.Length > 0 && !line.StartsWith('#'))];

    public IReadOnlyList<WorkflowExecutionInfo> Runs { get; }

    private static string WorldFile => Path.Combine(Folder, "Goldens", "world.jsonl");

    public static async Task<VisibilityWorld> ReadAsync(CancellationToken cancellationToken) =>
        new([.. (await File.ReadAllLinesAsync(WorldFile, cancellationToken)).Select(line => JsonParser.Default.Parse<WorkflowExecutionInfo>(line))]);

    public Task WriteAsync(CancellationToken cancellationToken) =>
        File.WriteAllLinesAsync(WorldFile, Runs.Select(run => JsonFormatter.Default.Format(run)), cancellationToken);

    public string Label(WorkflowExecutionInfo run) => _labels[run.Execution.RunId];

    /// <summary>Fills in what only this world knows: ids and times.</summary>
    public string Resolve(string query) => Placeholder().Replace(query, found =>
    {
        var run = _byLabel[found.Groups[2].Value];
        return found.Groups[1].Value switch
        {
            "run" => run.Execution.RunId,
            "start" => run.StartTime.ToDiagnosticString().Trim('"'),
            "close" => run.CloseTime.ToDiagnosticString().Trim('"'),
            _ => (((Int128)run.StartTime.Seconds * 1_000_000_000) + run.StartTime.Nanos).ToString(CultureInfo.InvariantCulture),
        };
    });

    /// <summary>Takes the ids and times of this world out of an answer, so that answers of two worlds compare.</summary>
    public string Anonymous(string text)
    {
        foreach (var (label, run) in _byLabel)
        {
            text = text.Replace(run.Execution.RunId, $"{{run:{label}}}", StringComparison.Ordinal);
        }

        return text;
    }

    [GeneratedRegex(@"\{(run|start|close|startNanos):([^}]+)\}")]
    private static partial Regex Placeholder();
}
