namespace Idp.Cli.Tests;

/// <summary>What needs no installation.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_OfEveryCommand_HasExamplesOrCommands()
    {
        var paths = new Queue<string[]>([[]]);
        var seen = 0;
        while (paths.TryDequeue(out var path))
        {
            var help = await IdpProcess.RunAsync(null, [.. path, "--help"]);
            Assert.Equal((0, string.Empty), (help.ExitCode, help.Error));
            Assert.Contains("Examples:", help.Output, StringComparison.Ordinal);
            seen++;
            foreach (var child in CommandsOf(help.Output))
            {
                paths.Enqueue([.. path, child]);
            }
        }

        Assert.True(seen > 20, $"{seen} commands");
    }

    [Theory]
    [InlineData("Did you mean", "statsu")]
    [InlineData("'--nope'", "status", "--nope")]
    [InlineData("--limit is 0; expected 1 to 10000", "get", "objects", "--limit", "0")]
    [InlineData("'xml'", "status", "-o", "xml")]
    [InlineData("'novalue' is not a setting", "status", "--set", "novalue")]
    [InlineData("--to", "migrate", "users/x", "--reason", "r")]
    [InlineData("Nothing is configured", "status")]
    [InlineData("'users' is not an object", "why", "users")]
    public async Task WrongCommandLine_ExitsWith2AndOnlyTalks(string expected, params string[] arguments)
    {
        var result = await IdpProcess.RunAsync(null, arguments);

        Assert.Equal((2, string.Empty), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_HasTheCommit()
    {
        var version = await IdpProcess.RunAsync(null, "--version");

        Assert.Matches(@"^\d+\.\d+\.\d+\+[0-9a-f]{40}\s*$", version.Output);
    }

    [Fact]
    public async Task Doctor_NothingConfigured_ChecksTheMachine()
    {
        var doctor = await IdpProcess.RunAsync(null, "doctor", "--json");

        Assert.Equal(["ok"], doctor.Json.AsArray().Where(check => (string?)check!["name"] == ".net").Select(check => ((string)check!["state"]!).ToLowerInvariant()));
    }

    [Fact]
    public async Task Worker_WrongOptions_NamesEachAndExitsWith2()
    {
        var worker = await IdpProcess.RunAsync(null, "worker", "--set", "Idp:ControlDatabase=Host=127.0.0.1", "--set", "Idp:RetentionDays=0");

        Assert.Equal(2, worker.ExitCode);
        Assert.Contains("idp: Idp:RegionsFile: The RegionsFile field is required.", worker.Error, StringComparison.Ordinal);
        Assert.Contains("idp: Idp:RetentionDays: The field RetentionDays must be between 1 and 3650.", worker.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", worker.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> CommandsOf(string help) => help
        .Split('\n')
        .SkipWhile(line => line.TrimEnd() != "Commands:")
        .Skip(1)
        .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
        .Select(line => line.Trim().Split(' ')[0]);
}
