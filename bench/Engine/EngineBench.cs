using System.Globalization;
using Idp.Embedded;

namespace Idp.Bench.Engine;

/// <summary>Puts the same load on the embedded engine and on the genuine development server, each with its state in a file.</summary>
internal sealed class EngineBench : IBench
{
    /// <summary>How many workflows are open at once; the figures without a number are those of the second.</summary>
    private static readonly int[] Open = [1, 100, 5_000];

    private static readonly string Ours = Path.Combine("devserver", "bin", "Release", "net10.0", OperatingSystem.IsWindows() ? "idp-devserver.exe" : "idp-devserver");

    public string Name => "engine";

    public string Description => "workflows and signals per second, activity latency and memory of the embedded engine, beside the genuine server";

    public async Task<IReadOnlyDictionary<string, double>> RunAsync(CancellationToken cancellationToken)
    {
        var ours = await MeasureAsync(Path.GetFullPath(Ours), [], cancellationToken);
        var figures = new Dictionary<string, double>();
        if (TemporalServer.FindCli(explicitPath: null) is { } temporal)
        {
            var genuine = await MeasureAsync(temporal, [], cancellationToken);
            var genuineWal = await MeasureAsync(temporal, ["--sqlite-pragma", "journal_mode=wal"], cancellationToken);
            AddHeadline(figures, ours[1].Steps, genuine[1].Steps, genuineWal[1].Steps);
            AddAll(figures, string.Empty, ours);
            AddAll(figures, "genuine", genuine);
            AddAll(figures, "genuineWal", genuineWal);
        }
        else
        {
            await Console.Error.WriteLineAsync("The 'temporal' command line is not on PATH: only the embedded engine is measured.");
            AddAll(figures, string.Empty, ours);
        }

        return figures;
    }

    /// <summary>Each load gets a server of its own, so that what one left unfinished does not weigh on the next.</summary>
    private static async Task<Measured[]> MeasureAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var results = new List<Measured>();
        foreach (var open in Open)
        {
            await Console.Error.WriteLineAsync($"{Path.GetFileName(program)} {string.Join(' ', arguments)}: {open} open");
            results.Add(new Measured(
                await OnServerAsync(program, arguments, load => load.StepAsync(open, cancellationToken), cancellationToken),
                await OnServerAsync(program, arguments, load => load.SignalAsync(open, cancellationToken), cancellationToken)));
        }

        return [.. results];
    }

    private static async Task<T> OnServerAsync<T>(
        string program, string[] arguments, Func<EngineLoad, Task<T>> measure, CancellationToken cancellationToken)
    {
        await using var server = await BenchServer.StartAsync(program, arguments, cancellationToken);
        return await measure(new EngineLoad(server));
    }

    /// <summary>Against the faster of the genuine server's two journals, so that we do not flatter ourselves.</summary>
    private static void AddHeadline(Dictionary<string, double> figures, StepResult ours, StepResult genuine, StepResult genuineWal)
    {
        var faster = genuineWal.WorkflowsPerSecond > genuine.WorkflowsPerSecond ? genuineWal : genuine;
        figures["workflowsPerSecond"] = ours.WorkflowsPerSecond;
        figures["genuineWorkflowsPerSecond"] = faster.WorkflowsPerSecond;
        figures["ratio"] = ours.WorkflowsPerSecond / faster.WorkflowsPerSecond;
        figures["p99Ms"] = ours.P99Ms;
        figures["genuineP99Ms"] = faster.P99Ms;
    }

    private static void AddAll(Dictionary<string, double> figures, string prefix, Measured[] results)
    {
        foreach (var (open, result) in Open.Zip(results))
        {
            void Add(string name, double figure) => figures[Named(prefix, name, open)] = figure;
            Add("WorkflowsPerSecond", result.Steps.WorkflowsPerSecond);
            Add("SignalsPerSecond", result.SignalsPerSecond);
            Add("P50Ms", result.Steps.P50Ms);
            Add("P99Ms", result.Steps.P99Ms);
            Add("MemoryMb", result.Steps.MemoryMb);
            Add("Failed", result.Steps.Failed);
            Add("Unfinished", result.Steps.Unfinished);
        }
    }

    private static string Named(string prefix, string name, int open) =>
        (prefix.Length == 0 ? char.ToLowerInvariant(name[0]) + name[1..] : prefix + name) + "At" + open.ToString(CultureInfo.InvariantCulture);

    private sealed record Measured(StepResult Steps, double SignalsPerSecond);
}
