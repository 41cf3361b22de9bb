using System.Diagnostics;
using System.Text.Json;
using Idp.Embedded;
using Idp.Testing;

namespace Idp.EndToEnd.Tests;

/// <summary><c>idp demo</c> as a user runs it, on a short window.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_OneMonthInTwentySeconds_MovesByItselfAndLosesNothing()
    {
        Assert.SkipWhen(!EngineUnderTest.IsEmbedded && TemporalServer.FindCli(null) is null, "No 'temporal' CLI on PATH; the demo needs a real workflow engine.");
        var folder = Directory.CreateTempSubdirectory("idp-demo-");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
        }

        try
        {
            string[] arguments =
            [
                typeof(Cli.Demo.DemoOptions).Assembly.Location, "demo", "--data", folder.FullName, "--json", "--engine", EngineUnderTest.IsEmbedded ? "embedded" : "temporal",
                "--from", "2021-04-20", "--to", "2021-05-20", "--duration", "40",
            ];
            using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var talk = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}: {await talk}{output}");
            using var result = JsonDocument.Parse(output);
            long Figure(string name) => result.RootElement.GetProperty(name).GetInt64();
            Assert.Equal((0, 0, 0), (Figure("clientErrors"), Figure("lostWrites"), Figure("staleReads")));
            Assert.True(Figure("migrationsCompleted") > 0, output);
            Assert.Equal(Figure("migrationsCompleted"), Figure("verifiedMigrations"));
            Assert.True(Figure("acknowledgedWrites") > 100, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
