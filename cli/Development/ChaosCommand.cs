using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Idp.Cli.Commands;

namespace Idp.Cli.Development;

/// <summary><c>idp chaos</c>: moves live rows under faults and checks every history, in a process of its own.</summary>
internal static class ChaosCommand
{
    private static readonly ChaosSettings Standard = new();

    private static readonly Option<double> Minutes = new("--minutes")
    {
        Description = "How long clients, moves and faults go on; start and final check come on top", HelpName = "N", DefaultValueFactory = _ => Standard.Minutes,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "The same seed gives the same plan of faults and the same operations of each client", HelpName = "S", DefaultValueFactory = _ => Standard.Seed,
    };

    private static readonly Option<int> Objects = new("--objects") { Description = "Objects that move", HelpName = "N", DefaultValueFactory = _ => Standard.Objects };
    private static readonly Option<int> Clients = new("--clients") { Description = "Concurrent clients in all three regions", HelpName = "N", DefaultValueFactory = _ => Standard.Clients };
    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of ballast of each object; every ninth has twenty times as many", HelpName = "N", DefaultValueFactory = _ => Standard.Rows };
    private static readonly Option<int> Moves = new("--moves") { Description = "Migrations that are open at once; 0 for none", HelpName = "N", DefaultValueFactory = _ => Standard.Moves };
    private static readonly Option<int> Workers = new("--workers") { Description = "Worker processes", HelpName = "N", DefaultValueFactory = _ => Standard.Workers };
    private static readonly Option<double> FaultEvery = new("--fault-every") { Description = "Seconds from one fault to the next, on average", HelpName = "SECONDS", DefaultValueFactory = _ => Standard.FaultEvery };
    private static readonly Option<bool> NoFaults = new("--no-faults") { Description = "Clients and moves only" };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Only this fault; may be repeated", HelpName = "FAULT", DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> Plant = new("--plant")
    {
        Description = "Build this bug into the running plane from outside; the run must then end with anomalies", HelpName = "BUG",
    };

    private static readonly Option<DirectoryInfo?> Folder = new("--folder") { Description = "Where everything lies, kept afterwards; default a temporary folder", HelpName = "DIR" };

    public static Command Create()
    {
        Only.AcceptOnlyFromAmong([.. Enum.GetNames<ChaosFault>().Select(Kebab)]);
        Plant.AcceptOnlyFromAmong([.. Enum.GetNames<ChaosPlant>().Where(name => name != nameof(ChaosPlant.None)).Select(Kebab)]);
        Only.Description = $"Only this fault; may be repeated: {string.Join(", ", Enum.GetNames<ChaosFault>().Select(Kebab))}";
        Plant.Description = "Build this bug into the running plane from outside; the run must then end with anomalies: "
            + string.Join(", ", Enum.GetNames<ChaosPlant>().Where(name => name != nameof(ChaosPlant.None)).Select(Kebab));
        return new Command("chaos", "Break a running plane on purpose, and check that nothing is lost.")
            .With(new Command(
                "movement",
                "Concurrent clients on three regions, continuous moves and undos, random faults; every history is checked. Ends with 1 on any anomaly.")
                .With(Minutes, Seed, Objects, Clients, Rows, Moves, Workers, FaultEvery, NoFaults, Only, Plant, Folder)
                .WithExamples(
                    "idp chaos movement",
                    "idp chaos movement --minutes 30 --seed 7 --json",
                    "idp chaos movement --minutes 1 --only worker-kill --only link-half-open",
                    "idp chaos movement --minutes 1 --no-faults --plant log-eater")
                .Runs(RunAsync))
            .WithExamples("idp chaos movement --minutes 3 --seed 1");
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = new ChaosSettings
        {
            Minutes = context.Value(Minutes),
            Seed = context.Value(Seed),
            Objects = context.Value(Objects),
            Clients = context.Value(Clients),
            Rows = context.Value(Rows),
            Moves = context.Value(Moves),
            Workers = context.Value(Workers),
            FaultEvery = context.Value(FaultEvery),
            NoFaults = context.Value(NoFaults),
            Only = [.. context.Value(Only)!.Select(Parse<ChaosFault>)],
            Plant = context.Value(Plant) is { } plant ? Parse<ChaosPlant>(plant) : ChaosPlant.None,
            Folder = context.Value(Folder)?.FullName,
            Json = context.Data.IsJson,
            EndsWithInput = true,
        };
        if (settings is not { Minutes: > 0 and <= 10_000, Objects: >= 1 and <= 1_000, Clients: >= 1 and <= 300, Rows: >= 0 and <= 100_000, Moves: >= 0 and <= 100, Workers: >= 1 and <= 8, FaultEvery: >= 0.2 })
        {
            throw CliException.Usage("Expected --minutes above 0, --objects 1 to 1000, --clients 1 to 300, --rows 0 to 100000, --moves 0 to 100, --workers 1 to 8, --fault-every from 0.2.");
        }

        var assembly = Path.Combine(Checkout.Root, "chaos", "bin", "Release", "net10.0", "idp-chaos.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, JsonSerializer.Serialize(settings)]) { RedirectStandardInput = true })!;

        // It takes its world down itself: processes, and what it has mounted.
        await using var ending = cancellationToken.Register(process.StandardInput.Close);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return (ExitCode)process.ExitCode;
    }

    private static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    private static T Parse<T>(string name)
        where T : struct, Enum => Enum.GetValues<T>().Single(value => Kebab(value.ToString()) == name);
}
