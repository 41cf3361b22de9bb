using System.Collections.Immutable;
using System.CommandLine;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Idp.Core;
using Idp.Core.Migrations;
using Idp.Storage;
using Spectre.Console;
using Text = Spectre.Console.Text;

namespace Idp.Cli.Commands;

internal static class MigrationWatchCommand
{
    private const string All = "all";

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(5);

    private static readonly Argument<string> Id = new("migration")
    {
        Description = "A migration (m-…), the object it moves, or all",
        HelpName = "ID",
        DefaultValueFactory = _ => All,
    };

    private static readonly Option<bool> UntilMoved = new("--until-moved") { Description = "Return when the object has moved, not after grace and clean-up" };

    public static Command Create() => new Command("watch", "Follow migrations until they end; they go on when you stop.").With(Id, UntilMoved)
        .WithExamples("idp migration watch", "idp migration watch m-3f9a1c0b7e2d --until-moved", "idp migration watch all --json")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var watched = new Watched(plane.Get<MigrationLog>(), context.Value(UntilMoved));
        if (context.Value(Id) != All)
        {
            watched.Add((await plane.Get<MigrationStarter>().FindAsync(context.Value(Id), cancellationToken)).Demand());
        }

        try
        {
            await (context.Data.IsJson || Console.IsOutputRedirected
                ? WriteLinesAsync(watched, context, cancellationToken)
                : ShowAsync(watched, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var open = watched.Records.Count(record => !watched.HasEnded(record));
            await context.Error.WriteLineAsync($"idp: stopped watching; {(open == 1 ? "the migration goes on" : $"{open} migrations go on")} ('idp migration cancel ID' stops one).");
            return ExitCode.Cancelled;
        }

        return watched.Records.Any(record => record.Phase is MigrationPhase.Failed) ? ExitCode.Failed
            : watched.Records.Any(record => record.Phase is MigrationPhase.RolledBack) ? ExitCode.Refused
            : ExitCode.Ok;
    }

    // A line whenever the phase changes, and every few seconds while rows are copied; with --json whenever anything changes.
    private static async Task WriteLinesAsync(Watched watched, CommandContext context, CancellationToken cancellationToken)
    {
        var told = new Dictionary<MigrationId, (MigrationRecord Record, long At)>();
        while (true)
        {
            var isOver = await watched.LookAsync(cancellationToken);
            foreach (var record in watched.Records)
            {
                var now = TimeProvider.System.GetTimestamp();
                var isNews = !told.TryGetValue(record.Id, out var last)
                    || (context.Data.IsJson ? last.Record.UpdatedAt != record.UpdatedAt : IsNews(last.Record, record, TimeProvider.System.GetElapsedTime(last.At, now)));
                if (isNews)
                {
                    told[record.Id] = (record, now);
                    context.Data.WriteLine(
                        record,
                        $"{record.Id} {record.Object} {record.Source}→{record.Target} {MigrationLine.Of(record)}{(MigrationLine.Trouble(record) is { } trouble ? $": {trouble}" : string.Empty)}");
                }
            }

            if (isOver)
            {
                return;
            }

            await Task.Delay(Period, TimeProvider.System, cancellationToken);
        }
    }

    private static bool IsNews(MigrationRecord before, MigrationRecord now, TimeSpan since) =>
        before.Phase != now.Phase || before.IsPaused != now.IsPaused || before.WaitingFor != now.WaitingFor || before.LastError != now.LastError
        || (since >= LinePeriod && before.Progress != now.Progress);

    private static Task ShowAsync(Watched watched, CancellationToken cancellationToken) => AnsiConsole.Live(Table(watched)).StartAsync(async view =>
    {
        while (true)
        {
            var isOver = await watched.LookAsync(cancellationToken);
            view.UpdateTarget(Table(watched));
            if (isOver)
            {
                return;
            }

            await Task.Delay(Period, TimeProvider.System, cancellationToken);
        }
    });

    private static Table Table(Watched watched)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumns(new TableColumn(string.Empty) { NoWrap = true }, new TableColumn(string.Empty) { NoWrap = true }, new TableColumn(string.Empty));
        foreach (var record in watched.Records)
        {
            var color = record.Phase is MigrationPhase.Failed or MigrationPhase.Parked ? Color.Red
                : record.IsPaused || record.Phase is MigrationPhase.RolledBack or MigrationPhase.RollingBack ? Color.Yellow
                : Color.Green;
            table.AddRow(
                new Text($"{record.Object} {record.Source}→{record.Target}"), new Text(MigrationLine.Bar(record), new Style(color)), new Text(MigrationLine.Of(record)));
            if (MigrationLine.Trouble(record) is { } trouble)
            {
                table.AddRow(new Text(string.Empty), new Text(record.Id.Value), new Text(trouble, new Style(Color.Red)));
            }
        }

        return table;
    }

    /// <summary>One migration, or all that are open and those seen before.</summary>
    private sealed class Watched(MigrationLog log, bool untilMoved)
    {
        private readonly Dictionary<MigrationId, MigrationRecord> _seen = [];
        private bool _isOne;

        public ImmutableArray<MigrationRecord> Records => [.. _seen.Values.OrderBy(record => record.StartedAt).ThenBy(record => record.Id.Value, StringComparer.Ordinal)];

        public void Add(MigrationRecord one)
        {
            _isOne = true;
            _seen[one.Id] = one;
        }

        public bool HasEnded(MigrationRecord record) =>
            record.FinishedAt is not null || (untilMoved && record.Phase is MigrationPhase.Grace or MigrationPhase.CleaningUp);

        /// <returns>Whether all that is watched has ended.</returns>
        public async Task<bool> LookAsync(CancellationToken cancellationToken)
        {
            var open = _isOne ? [] : await log.ListOpenAsync(cancellationToken);
            foreach (var record in open)
            {
                _seen[record.Id] = record;
            }

            foreach (var id in _seen.Values.Where(record => !HasEnded(record)).Select(record => record.Id).Except(open.Select(record => record.Id)).ToArray())
            {
                _seen[id] = await log.FindAsync(id, cancellationToken) ?? _seen[id];
            }

            return _seen.Values.All(HasEnded);
        }
    }
}
