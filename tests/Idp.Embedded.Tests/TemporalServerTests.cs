using System.Net;

namespace Idp.Embedded.Tests;

public sealed class TemporalServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task StartAsync_WithUiAndSearchAttributes_ServesBoth()
    {
        var cli = await TemporalCli.FindOrSkipAsync(Cancelled);
        await using var server = await TemporalServer.StartAsync(
            new TemporalServerOptions
            {
                CliPath = cli,
                LogFolder = _folder.Path,
                Namespace = "idp",
                SearchAttributes = ["IdpObject", "IdpPhase"],
                DynamicConfig = new Dictionary<string, string> { ["system.enableActivityEagerExecution"] = "false" },
            },
            Cancelled);

        var attributes = await RunAsync(cli, server, "operator", "search-attribute", "list", "--namespace", "idp");
        Assert.Contains("IdpPhase", attributes, StringComparison.Ordinal);
        using var browser = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(server.UiAddress, Cancelled)).StatusCode);
    }

    [Fact]
    public async Task StartAsync_AfterKill_FindsWhatTheDatabaseFileHolds()
    {
        var cli = await TemporalCli.FindOrSkipAsync(Cancelled);
        var options = new TemporalServerOptions
        {
            CliPath = cli,
            LogFolder = _folder.Path,
            DatabaseFile = _folder.In("temporal.db"),
            Headless = true,
            SearchAttributes = ["IdpObject"],
        };
        await using (var first = await TemporalServer.StartAsync(options, Cancelled))
        {
            await RunAsync(cli, first, "workflow", "start", "--type", "T", "--task-queue", "q", "--workflow-id", "kept");
            var refusal = await Assert.ThrowsAsync<EmbeddedServerException>(() => TemporalServer.StartAsync(options, Cancelled));
            Assert.Contains("in use by process", refusal.Message, StringComparison.Ordinal);
            UnixSignals.Send(first.Pid, UnixSignal.Kill);
            await first.Exited.WaitAsync(Cancelled);
        }

        await using var second = await TemporalServer.StartAsync(options, Cancelled);
        var found = await RunAsync(cli, second, "workflow", "describe", "--workflow-id", "kept");
        Assert.Contains("kept", found, StringComparison.Ordinal);
        Assert.Null(second.UiAddress);
    }

    [Fact]
    public void FindCli_GivenPathIsMissing_SaysWhich()
    {
        var failure = Assert.Throws<EmbeddedServerException>(() => TemporalServer.FindCli("/nowhere/temporal"));

        Assert.Contains("/nowhere/temporal", failure.Message, StringComparison.Ordinal);
    }

    private static Task<string> RunAsync(string cli, TemporalServer server, params string[] command) =>
        ChildProcess.RunAsync(
            new ChildProcessOptions { Program = cli, Arguments = [.. command, "--address", server.Address] }, Cancelled);
}
