using System.Threading.Channels;

namespace Idp.Embedded.Tests;

public sealed class ChildProcessTests
{
    // Answers "ready", then waits; says "stopping" when it is asked to stop.
    private const string Polite = "trap 'echo stopping; exit 7' TERM; echo ready; while :; do sleep 0.05; done";
    private const string Stubborn = "trap '' TERM; echo ready; while :; do sleep 0.05; done";

    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StopAsync_PoliteProgram_EndsByItsOwnCode()
    {
        await using var child = await StartReadyAsync(Polite);

        await child.StopAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(7, await child.Exited);
        Assert.Contains("stopping", child.LastOutput, StringComparison.Ordinal);
        Assert.False(IsAlive(child.Pid));
    }

    [Fact]
    public async Task StopAsync_StubbornProgram_IsKilledAfterTheTimeout()
    {
        await using var child = await StartReadyAsync(Stubborn);

        await child.StopAsync(TimeSpan.FromMilliseconds(50));

        Assert.Equal(128 + 9, await child.Exited);
        Assert.False(IsAlive(child.Pid));
    }

    [Theory]
    [InlineData(Polite)]
    [InlineData(Stubborn)]
    public async Task Owner_Killed_TakesTheProgramWithIt(string script)
    {
        // An owner of its own, which starts the program exactly as we do and is then killed with -9.
        using var folder = new TemporaryFolder();
        await using var owner = await StartOwnerAsync(folder, script);
        var program = int.Parse(await _lines.Reader.ReadAsync(Cancelled), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("ready", await _lines.Reader.ReadAsync(Cancelled));
        Assert.True(IsAlive(program));

        owner.Signal(UnixSignal.Kill);

        await EndOfAsync(program);
    }

    [Fact]
    public async Task Watchdog_Killed_ProgramStillEnds()
    {
        await using var child = await StartReadyAsync(Polite);
        var status = await File.ReadAllLinesAsync($"/proc/{child.Pid}/status", Cancelled);
        var watchdog = status.Single(line => line.StartsWith("PPid:", StringComparison.Ordinal)).Split('\t')[1];

        UnixSignals.Send(int.Parse(watchdog, System.Globalization.CultureInfo.InvariantCulture), UnixSignal.Kill);

        await child.Exited.WaitAsync(Cancelled);
        await EndOfAsync(child.Pid);
    }

    [Fact]
    public async Task RunAsync_FailingProgram_NamesItsCodeAndLastLines()
    {
        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(
            () => ChildProcess.RunAsync(Script("echo out; echo err >&2; exit 3"), Cancelled));

        Assert.Contains("/bin/sh failed (exit code 3)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("out\nerr", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_MissingProgram_SaysWhich()
    {
        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(
            () => ChildProcess.StartAsync(new ChildProcessOptions { Program = "/nowhere/x" }, Cancelled));

        Assert.Contains("/nowhere/x", failure.Message, StringComparison.Ordinal);
    }

    // A killed process stays in /proc as a zombie until its parent, which may be the machine's first process, looks.
    private static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task EndOfAsync(int pid)
    {
        while (IsAlive(pid))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancelled);
        }
    }

    private ChildProcessOptions Script(string script) => new()
    {
        Program = "/bin/sh",
        Arguments = ["-c", script],
        StopTimeout = TimeSpan.FromSeconds(1),
        OnLine = line => _lines.Writer.TryWrite(line),
    };

    private async Task<ChildProcess> StartReadyAsync(string script)
    {
        var child = await ChildProcess.StartAsync(Script(script), Cancelled);
        Assert.Equal("ready", await _lines.Reader.ReadAsync(Cancelled));
        return child;
    }

    // The owner is a shell that holds the only writing end of a watchdog's input, a fifo.
    private async Task<ChildProcess> StartOwnerAsync(TemporaryFolder folder, string script)
    {
        await ChildProcess.RunAsync(new ChildProcessOptions { Program = "mkfifo", Arguments = [folder.In("in")] }, Cancelled);
        var command = ChildProcess.CommandLine(Script(script));
        const string Owner = """in=$1; shift; "$@" <"$in" & exec 9>"$in"; exec sleep 3600""";
        return await ChildProcess.StartAsync(
            new ChildProcessOptions
            {
                Program = "/bin/sh",
                Arguments = ["-c", Owner, "owner", folder.In("in"), .. command],
                OnLine = line => _lines.Writer.TryWrite(line),
            },
            Cancelled);
    }
}
