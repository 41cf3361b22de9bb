using Idp.Testing;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Runtime;
using Temporalio.Testing;

namespace Idp.DevServer.Tests.Differential;

/// <summary>A fresh server process of either engine, and how to reach it.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    /// <summary>What every server has in addition to the system's own, one of each kind.</summary>
    private static readonly SearchAttributeKey[] SearchAttributes =
    [
        SearchAttributeKey.CreateKeyword("Keyword1"), SearchAttributeKey.CreateText("Text1"), SearchAttributeKey.CreateLong("Int1"),
        SearchAttributeKey.CreateDouble("Double1"), SearchAttributeKey.CreateBool("Bool1"),
        SearchAttributeKey.CreateDateTimeOffset("Datetime1"), SearchAttributeKey.CreateKeywordList("KeywordList1"),
    ];

    // Stories fail tasks and send too much on purpose.
    private static readonly TemporalRuntime Quiet = new(new()
    {
        Telemetry = new() { Logging = new() { Filter = new(TelemetryFilterOptions.Level.Error, TelemetryFilterOptions.Level.Error) } },
    });

    private static readonly string[] Narrow =
    [
        "limit.maxIDLength=200", "limit.blobSize.error=4000", "limit.memoSize.error=2000", "limit.blobSize.warn=1000", "limit.memoSize.warn=1000", "limit.historyCount.error=40", "limit.historyCount.suggestContinueAsNew=10",
        "limit.numPendingActivities.error=2", "limit.numPendingChildExecutions.error=1", "limit.numPendingSignals.error=1", "limit.numPendingCancelRequests.error=1",
        "history.maximumSignalsPerExecution=2", "history.maxTotalUpdates=2", "history.defaultWorkflowTaskTimeout=\"7s\"",
        "frontend.visibilityMaxPageSize=2", "frontend.WorkflowPauseEnabled=true",
        "matching.numTaskqueueReadPartitions=1", "matching.numTaskqueueWritePartitions=1",
        """callback.allowedAddresses=[{"Pattern":"127.0.0.1:*","AllowInsecure":true},{"Pattern":"example.com:*","AllowInsecure":false}]""",
    ];

    private static readonly string[] SwitchedOff =
    [
        "frontend.enableSchedules=false", "frontend.enableUpdateWorkflowExecution=false", "system.enableEagerWorkflowStart=false",
        "system.enableActivityEagerExecution=false", "system.disallowQuery=true",
    ];

    private readonly WorkflowEnvironment _environment;

    private ServerUnderTest(WorkflowEnvironment environment, string program, string? cli) =>
        (_environment, Program, Cli) = (environment, program, cli);

    /// <value>The client that starts everything; its identity is a constant, so that histories show none of this process.</value>
    public ITemporalClient Client => _environment.Client;

    public string Address => _environment.Client.Connection.Options.TargetHost!;

    public string Program { get; }

    /// <value>The genuine command line; null where this machine has none.</value>
    public string? Cli { get; }

    /// <returns>Where the engine's program lies; null when this machine has none.</returns>
    public static async Task<string?> FindAsync(Engine engine, CancellationToken cancellationToken)
    {
        if (engine is Engine.Genuine)
        {
            return await TemporalTools.FindAsync("temporal", cancellationToken);
        }

        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(Repository.Root.FullName, "devserver", "bin", output.Parent!.Name, output.Name, "idp-devserver");
        return File.Exists(program) ? program : null;
    }

    public static Task<ServerUnderTest> StartAsync(Engine engine, CancellationToken cancellationToken) => StartAsync(engine, Setup.Default, cancellationToken);

    public static async Task<ServerUnderTest> StartAsync(Engine engine, Setup setup, CancellationToken cancellationToken)
    {
        var program = await FindAsync(engine, cancellationToken) ?? throw new FileNotFoundException($"There is no program of the {engine} engine.");
        var environment = await WorkflowEnvironment.StartLocalAsync(new()
        {
            Identity = Session.Identity,
            Runtime = Quiet,
            SearchAttributes = SearchAttributes,
            DevServerOptions = new() { ExistingPath = program, LogLevel = "error", StartupTimeout = TimeSpan.FromSeconds(30), ExtraArgs = [.. Arguments(setup)] },
        });
        return new ServerUnderTest(environment, program, await TemporalTools.FindAsync("temporal", cancellationToken));
    }

    private static IEnumerable<string> Arguments(Setup setup) => (setup switch
    {
        Setup.Narrow => Narrow,
        Setup.SwitchedOff => SwitchedOff,
        _ => [],
    }).SelectMany(value => (string[])["--dynamic-config-value", value]);

    public async ValueTask DisposeAsync() => await _environment.DisposeAsync();
}
