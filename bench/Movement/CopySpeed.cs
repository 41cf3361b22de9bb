using System.Diagnostics;
using System.Globalization;
using Idp.Storage.Regions;

namespace Idp.Bench.Movement;

/// <summary>Bytes per second of our copy beside PostgreSQL's own tools, over the same rows, in turns.</summary>
internal sealed class CopySpeed(TwoStores stores)
{
    /// <summary>From a small object to one of five gigabytes.</summary>
    public static readonly long[] Sizes = [10_000, 100_000, 1_000_000, 5_000_000];

    private const int BytesPerRow = 1_000;

    private ObjectMover? _attempt;

    // Both the pipe and our copy write into a table with its primary key; the columns in the table's own order.
    private static string Pipe(string tenant, string condition) =>
        $"""psql -X -q -d "$SOURCE" -c "COPY (SELECT * FROM item WHERE tenant = {Quote.Literal(tenant)} AND {condition}) TO STDOUT (FORMAT binary)" | {Pass(tenant)} psql -X -q -d "$TARGET" -c 'COPY item FROM STDIN (FORMAT binary)'""";

    private static string DumpRestore(string tenant) => $"""
        pg_dump -d "$SOURCE" -Fc -Z0 -a -t item | {Pass(tenant)} pg_restore -d "$TARGET" -a
        """;

    // The guards let everybody's rows of the one object pass, as they do with ours.
    private static string Pass(string tenant) => $"""PGOPTIONS="-c idp.pass=$(printf '\036items\037{tenant}\037-')" """.TrimEnd();

    public async Task AddAsync(Dictionary<string, double> figures, CancellationToken cancellationToken)
    {
        foreach (var rows in Sizes)
        {
            var tenant = string.Create(CultureInfo.InvariantCulture, $"t{rows}");
            await stores.RunAsync(TwoStores.Here, "ALTER TABLE item DISABLE TRIGGER USER;\nTRUNCATE item;\nALTER TABLE item ENABLE TRIGGER USER", cancellationToken);
            await stores.BearAsync(tenant, rows, cancellationToken);
            var runs = rows <= 100_000 ? 5 : 3;
            var pipes = new List<double>();
            var parallelPipes = new List<double>();
            var ours = new List<double>();
            var oursParallel = new List<double>();
            for (var run = 0; run < runs; run++)
            {
                // In turns, so that a machine which slows down slows all of them down.
                pipes.Add(await OnEmptyTargetAsync(rows, () => ShellAsync(Pipe(tenant, "true"), cancellationToken), cancellationToken));
                ours.Add(await OnEmptyTargetAsync(rows, () => MoveAsync(tenant, streams: 1, cancellationToken), cancellationToken));
                parallelPipes.Add(await OnEmptyTargetAsync(rows, () => ShellAsync(BothHalves(tenant, rows), cancellationToken), cancellationToken));
                oursParallel.Add(await OnEmptyTargetAsync(rows, () => MoveAsync(tenant, streams: 2, cancellationToken), cancellationToken));
                await Console.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {rows:N0} rows, run {run + 1} of {runs}, MB/s: pipe {pipes[^1] / 1e6:0}, ours {ours[^1] / 1e6:0}; side by side: pipes {parallelPipes[^1] / 1e6:0}, ours {oursParallel[^1] / 1e6:0}"));
            }

            void Add(string name, double value) => figures[string.Create(CultureInfo.InvariantCulture, $"{name}At{rows}Rows")] = value;
            Add("pipeMbPerSecond", Median(pipes) / 1e6);
            Add("copyMbPerSecond", Median(ours) / 1e6);
            Add("copyVsPipe", Median([.. ours.Zip(pipes, (our, pipe) => our / pipe)]));
            Add("parallelPipesMbPerSecond", Median(parallelPipes) / 1e6);
            Add("parallelCopyMbPerSecond", Median(oursParallel) / 1e6);
            Add("copyVsParallelBound", Median([.. oursParallel.Zip(parallelPipes, (our, pipe) => our / pipe)]));
            if (rows == 1_000_000)
            {
                await AddPeersAsync(tenant, rows, Median(ours), Median(oursParallel), Add, cancellationToken);
            }
        }
    }

    private async Task AddPeersAsync(string tenant, long rows, double ours, double oursParallel, Action<string, double> add, CancellationToken cancellationToken)
    {
        var dump = await OnEmptyTargetAsync(rows, () => ShellAsync(DumpRestore(tenant), cancellationToken), cancellationToken);
        add("copyVsDumpRestore", ours / dump);
        if (!Shell.Has("pgcopydb"))
        {
            await Console.Error.WriteLineAsync("pgcopydb is not installed (Debian: apt-get install pgcopydb): left out.");
            return;
        }

        foreach (var (jobs, rate) in new[] { (1, ours), (2, oursParallel) })
        {
            // Rows alone: the table and its primary key are there, as for everybody else.
            try
            {
                var peer = await OnEmptyTargetAsync(rows, () => ShellAsync(PgCopyDb(tenant, jobs), cancellationToken), cancellationToken);
                add(string.Create(CultureInfo.InvariantCulture, $"copyVsPgcopydbWith{jobs}Jobs"), rate / peer);
            }
            catch (InvalidOperationException failed)
            {
                await Console.Error.WriteLineAsync($"  pgcopydb with {jobs} jobs is left out: {failed.Message}");
            }
        }
    }

    private static string PgCopyDb(string tenant, int jobs) => string.Create(CultureInfo.InvariantCulture, $$"""
        d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
        printf '[include-only-table]\npublic.item\n' > "$d/filter.ini"
        # In a session of its own: where it fails it ends its whole process group.
        {{Pass(tenant)}} setsid --wait pgcopydb copy table-data --source "$SOURCE" --target "$TARGET" --dir "$d/work" --table-jobs {{jobs}} --filters "$d/filter.ini" >"$d/log" 2>&1 || { cat "$d/log" >&2; exit 1; }
        test "$(psql -X -q -A -t -d "$TARGET" -c 'SELECT count(*) FROM item')" = "$(psql -X -q -A -t -d "$SOURCE" -c 'SELECT count(*) FROM item')"
        """);

    private static string BothHalves(string tenant, long rows) =>
        $"{Pipe(tenant, $"id <= {rows / 2}")} & first=$!; {Pipe(tenant, $"id > {rows / 2}")}; wait $first";

    private async Task ShellAsync(string line, CancellationToken cancellationToken) =>
        await Shell.RunAsync(line, stores.Source, stores.Target, cancellationToken);

    private async Task MoveAsync(string tenant, int streams, CancellationToken cancellationToken)
    {
        var attempt = stores.NextMove();
        var mover = stores.Mover(tenant, TwoStores.Here, TwoStores.There, attempt, new MoverOptions { ParallelChunks = streams });
        await mover.StartAsync(cancellationToken);
        await mover.CopyAsync(_ => { }, cancellationToken);
        _attempt = mover;
    }

    /// <returns>Bytes per second, the emptying of the target not counted.</returns>
    private async Task<double> OnEmptyTargetAsync(long rows, Func<Task> copy, CancellationToken cancellationToken)
    {
        await stores.RunAsync(TwoStores.There, "ALTER TABLE item DISABLE TRIGGER USER;\nTRUNCATE item;\nALTER TABLE item ENABLE TRIGGER USER;\nCHECKPOINT", cancellationToken);
        var started = Stopwatch.GetTimestamp();
        await copy();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (_attempt is { } mover)
        {
            _attempt = null;
            await mover.ResolveAsync(cancellationToken);
            await mover.UndoAsync(cancellationToken);
        }

        return rows * BytesPerRow / seconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
