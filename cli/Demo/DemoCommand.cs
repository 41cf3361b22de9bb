using System.CommandLine;
using System.Globalization;
using Idp.Cli.Commands;
using Idp.Cli.Local;
using Idp.Cli.Output;
using Idp.Embedded;
using Idp.Simulation.Traces;
using Spectre.Console;

namespace Idp.Cli.Demo;

/// <summary><c>idp demo</c>.</summary>
internal static class DemoCommand
{
    private static readonly Option<int> Duration = new("--duration")
    {
        Description = "Seconds in which the window passes", HelpName = "SECONDS", DefaultValueFactory = _ => 180,
    };

    private static readonly Option<FileInfo?> Trace = new("--trace")
    {
        Description = "Your own trace: CSV or .gz with unix_time,region,user,object,op; default the built-in global-team-a", HelpName = "FILE",
    };

    private static readonly Option<DateOnly?> From = new("--from") { Description = "First day of the window; default 2021-04-01", HelpName = "DATE" };
    private static readonly Option<DateOnly?> To = new("--to") { Description = "Day after the window; default 2021-07-01", HelpName = "DATE" };
    private static readonly Option<PlacementKey> Key = new("--key")
    {
        Description = "Which column is the object: people move and differ, folders are shared by the world", DefaultValueFactory = _ => PlacementKey.User,
    };

    private static readonly Option<int> Reads = new("--reads") { Description = "Reads that follow the one write of each access", HelpName = "N", DefaultValueFactory = _ => 9 };
    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of each object, at least 50", HelpName = "N", DefaultValueFactory = _ => 50 };
    private static readonly Option<double> Loop = new("--loop") { Description = "Seconds between two turns of the urgent loop", HelpName = "SECONDS", DefaultValueFactory = _ => 2 };
    private static readonly Option<double> TimeScale = new("--time-scale") { Description = "Divides the periods of the loops (1 min, 1 h, 24 h); default as much as the trace is compressed", HelpName = "FACTOR" };
    private static readonly Option<FileInfo?> TemporalCli = new("--temporal-cli") { Description = "A 'temporal' binary to use instead of the embedded engine; with --engine temporal, default TEMPORAL_CLI, then PATH", HelpName = "FILE" };
    private static readonly Option<EngineChoice> Engine = new("--engine") { Description = "auto: TEMPORAL_ADDRESS or --temporal-cli if given, else embedded; temporal: always a temporal CLI", DefaultValueFactory = _ => EngineChoice.Auto };
    private static readonly Option<bool> Fresh = new("--fresh") { Description = "Begin anew, even when an earlier run was interrupted" };

    public static Command Create()
    {
        var command = new Command("demo", "Replay a real trace through real clients, databases, loops and moves, in a few minutes.")
        {
            Duration, Trace, From, To, Key, Reads, Rows, Loop, TimeScale, TemporalCli, Engine, Fresh,
        };
        Within(Duration, 10, 86_400);
        Within(Reads, 0, 100);
        Within(Rows, 50, 10_000);
        Within(Loop, 1.0, 60.0);
        Within(TimeScale, 0.0, 10_000_000.0);
        return command
            .WithExamples(
                "idp demo",
                "idp demo --duration 60 --json",
                "idp demo --from 2019-01-01 --to 2019-04-01",
                "idp demo --key object",
                "idp demo --trace accesses.csv --from 2026-01-01 --to 2026-02-01")
            .Runs(RunAsync);
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new IdpHome(Path.Combine(context.Home.Folder, "demo"));
        context.Home.Create();
        home.Create();
        var run = DemoRun.Load(Options(context, home));
        await using (run)
        {
            var talk = new Talk(context.Error);
            talk.Report($"{run.Accesses} accesses to {run.Objects} objects, {run.Options.Window.From:yyyy-MM-dd} to {run.Options.Window.To:yyyy-MM-dd}"
                + (run.GoesOn ? ", going on where the last run was stopped (--fresh begins anew)" : string.Empty));
            try
            {
                await run.StartAsync(talk, cancellationToken);
                await WatchAsync(run, context, cancellationToken);
            }
            catch (EmbeddedServerException missing)
            {
                throw CliException.Unavailable(missing.Message, missing);
            }
            catch (OperationCanceledException)
            {
                talk.Report("Stopped; the next 'idp demo' goes on from here.");
                throw;
            }

            var result = await run.FinishAsync(talk, cancellationToken);
            DemoReport.Write(context, run, result);
            return result.IsClean ? ExitCode.Ok : ExitCode.Failed;
        }
    }

    private static async Task WatchAsync(DemoRun run, CommandContext context, CancellationToken cancellationToken)
    {
        var watch = new PlaneWatch(run.Plane.Database);
        var view = new DemoView(run, watch);
        var replaying = run.ReplayAsync(cancellationToken);
        if (!run.Options.Json && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi)
        {
            await AnsiConsole.Live(view.Draw()).AutoClear(true).StartAsync(async live =>
            {
                await EverySecondAsync(replaying, watch, () => live.UpdateTarget(view.Draw()));
            });
        }
        else
        {
            var seconds = 0;
            await EverySecondAsync(replaying, watch, () =>
            {
                if (++seconds % 10 == 0)
                {
                    context.Error.WriteLine(view.Line());
                }
            });
        }

        await replaying;
    }

    private static async Task EverySecondAsync(Task work, PlaneWatch watch, Action draw)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, timer.WaitForNextTickAsync().AsTask());
            await watch.ReadAsync(CancellationToken.None);
            draw();
        }
    }

    private static DemoOptions Options(CommandContext context, IdpHome home)
    {
        var standard = TraceWindow.Default;
        var window = new TraceWindow(Start(context.Value(From)) ?? standard.From, Start(context.Value(To)) ?? standard.To);
        if (window.To <= window.From)
        {
            throw CliException.Usage($"--to {window.To:yyyy-MM-dd} must be after --from {window.From:yyyy-MM-dd}.");
        }

        return new DemoOptions
        {
            Folder = home.Folder,
            TraceFile = context.Value(Trace)?.FullName,
            Window = window,
            Key = context.Value(Key),
            Duration = TimeSpan.FromSeconds(context.Value(Duration)),
            Reads = context.Value(Reads),
            RowsPerObject = context.Value(Rows),
            Loop = TimeSpan.FromSeconds(context.Value(Loop)),
            TimeScale = context.Value(TimeScale) is > 0 and var factor ? factor : null,
            TemporalCli = context.Value(TemporalCli)?.FullName,
            Engine = context.Value(Engine),
            Fresh = context.Value(Fresh),
            Json = context.Data.IsJson,
        };
    }

    private static DateTimeOffset? Start(DateOnly? day) => day is { } date ? new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero) : null;

    private static void Within<T>(Option<T> option, T least, T most)
        where T : struct, IComparable<T> => option.Validators.Add(result =>
    {
        var value = result.GetValue(option);
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be from {least} to {most}."));
        }
    });

    private sealed class Talk(TextWriter error) : IProgress<string>
    {
        public void Report(string value) => error.WriteLine(value);
    }
}
