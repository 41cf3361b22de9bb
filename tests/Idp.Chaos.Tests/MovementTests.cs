using System.Diagnostics;
using System.Text.Json;
using Idp.Cli.Development;

namespace Idp.Chaos.Tests;

/// <summary><c>idp chaos movement</c> as it runs in CI, and the proof that it can fail.</summary>
public sealed class MovementTests
{
    /// <summary>With start, rest and last checks about two minutes.</summary>
    [Fact]
    public async Task Movement_ClientsMovesAndFaults_ShowNoAnomaly()
    {
        var (exitCode, report, text) = await RunAsync(new ChaosSettings { Minutes = 1, Seed = 1, FaultEvery = 4 });

        Assert.True(exitCode == 0, text);
        Assert.Equal(0, report.GetProperty("anomalies").GetInt32());
        Assert.True(report.GetProperty("movesCompleted").GetInt32() + report.GetProperty("movesUndone").GetInt32() > 0, text);
        Assert.True(report.GetProperty("faultCount").GetInt32() > 5, text);
        Assert.True(report.GetProperty("checkedTransactions").GetInt64() > 1_000, text);
    }

    /// <summary>Each run meets what it meets in half a minute, on a busy machine less: of three, one must find it.</summary>
    [Theory]
    [InlineData(ChaosPlant.FenceIgnoresFreeze, "lost-write")]
    [InlineData(ChaosPlant.LostRow, "bank-sum")]
    public async Task Movement_PlantedBug_IsFound(ChaosPlant plant, string expected)
    {
        var said = new List<string>();
        for (var seed = 1; seed <= 3; seed++)
        {
            var (exitCode, report, text) = await RunAsync(new ChaosSettings { Minutes = 0.4, Seed = seed, NoFaults = true, Plant = plant });
            if (exitCode == 1 && report.GetProperty("anomaliesByKind").TryGetProperty(expected, out _))
            {
                return;
            }

            said.Add(text);
        }

        Assert.Fail(string.Join(Environment.NewLine, said));
    }

    private static async Task<(int ExitCode, JsonElement Report, string Text)> RunAsync(ChaosSettings settings)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "idp-chaos.dll"), JsonSerializer.Serialize(settings with { Json = true, EndsWithInput = true })];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardInput = true, // Ends with us, and takes its world down.
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await using var ending = TestContext.Current.CancellationToken.Register(process.StandardInput.Close);
        var talk = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        var text = $"exit code {process.ExitCode}: {await talk}{output}";
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.True(output.StartsWith('{'), text);
        using var report = JsonDocument.Parse(output);
        return (process.ExitCode, report.RootElement.Clone(), text);
    }
}
