using System.Text.Json;
using Idp.Bench;
using Idp.Bench.Advise;
using Idp.Bench.ClosedLoop;
using Idp.Bench.Controllers;
using Idp.Bench.Engine;
using Idp.Bench.Forecasting;
using Idp.Bench.Movement;
using Idp.Bench.Sharding;
using Idp.Bench.Stability;

IBench[] benches =
[
    new AdviseBench(),
    new ClosedLoopBench(),
    new ControllersBench(),
    new EngineBench(),
    new ExactBench(),
    new ForecastBench(),
    new LiveLoopBench(),
    new MovementBench(),
    new PlacementBench(),
    new PlacementSpeed(),
    new PlacementWindows(),
    new StabilityBench(),
];

var bench = Array.Find(benches, bench => args.Contains(bench.Name, StringComparer.Ordinal));
var unknown = args.FirstOrDefault(arg => arg != "--json" && arg != bench?.Name);
if (bench is null || unknown is not null)
{
    var isAsked = unknown is "--help" or "-h";
    var usage = (unknown is null || isAsked ? string.Empty : $"Unknown argument '{unknown}'.{Environment.NewLine}")
        + $"usage: idp-bench NAME [--json], NAME one of:{Environment.NewLine}"
        + string.Join(Environment.NewLine, benches.Select(known => $"  {known.Name,-20} {known.Description}"));
    await (isAsked ? Console.Out : Console.Error).WriteLineAsync(usage);
    return isAsked ? 0 : 2;
}

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    cancellation.Cancel();
};

var report = new BenchReport(bench.Name, Machine.Commit(), Machine.Describe(), await bench.RunAsync(cancellation.Token));
await Console.Out.WriteLineAsync(
    args.Contains("--json", StringComparer.Ordinal)
        ? JsonSerializer.Serialize(report, BenchReport.Json)
        : report.ToTable());
return 0;
