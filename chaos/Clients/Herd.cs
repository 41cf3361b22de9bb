using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Idp.Chaos.Checking;
using Idp.Chaos.Ledger;
using Idp.Chaos.Report;
using Idp.Chaos.World;
using Idp.Client;
using Npgsql;

namespace Idp.Chaos.Clients;

/// <summary>Turns the generations of every object: opens one, closes the former, reads it back whole, checks its history, deletes its rows.</summary>
/// <remarks>So memory stays bounded however long a run is, and rows are deleted and inserted anew all the time.</remarks>
internal sealed class Herd(ChaosWorld world, Fleet fleet, Tally tally, AnomalyLog anomalies)
{
    private const int EntriesOfGeneration = 700;
    private const int Housekeeper = 900; // A client number of its own.
    private static readonly TimeSpan LongestGeneration = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly ConcurrentDictionary<string, string> _finalRows = new(StringComparer.Ordinal);

    public ImmutableArray<ChaosObject> Objects { get; } =
        [.. world.Keys.Select((key, number) => new ChaosObject(key, (number % 4) switch { 1 => Isolation.RepeatableRead, 3 => Isolation.Serializable, _ => Isolation.ReadCommitted }))];

    /// <summary>What the last read of each object gave, in the form of <see cref="RowsText"/>; filled when the run ends.</summary>
    public IReadOnlyDictionary<string, string> FinalRows => _finalRows;

    public Task OpenAsync(CancellationToken cancellationToken) => Task.WhenAll(Objects.Select(async item => item.Current = await OpenAsync(item, 1, cancellationToken)));

    /// <summary>Turns generations until the clients stop, then closes the last of each object and leaves its rows where they are.</summary>
    public Task RunAsync(Task clients) => Task.WhenAll(Objects.Select(item => TurnAsync(item, clients)));

    /// <summary>Checks a history that ends with this read of everything.</summary>
    public async Task FinishAsync(Segment segment, bool delete, long openingBalance)
    {
        await segment.CloseAsync();
        var final = await RetryAsync(segment, "a last read", () => ReadAllAsync(segment));
        var history = new History(
            $"{segment.Owner.Key} generation {segment.Generation} {segment.Owner.Level}", segment.Owner.Level, segment.Entries, final, openingBalance, openingBalance == 0 ? 0 : Plan.Accounts);
        var found = HistoryChecker.Check(history);
        anomalies.AddRange(found);
        tally.AddChecked(history);
        if (!delete)
        {
            _finalRows[segment.Owner.Key] = final is null ? string.Empty : RowsText(final.Steps.Where(step => openingBalance != 0 || step.Kind is not StepKind.ReadAccounts));
        }
        else if (final is not null)
        {
            await DeleteAsync(segment, final, found.IsEmpty);
        }
    }

    /// <summary>Rows in one order, to compare what clients read with what a store holds.</summary>
    public static string RowsText(IEnumerable<Step> steps) => string.Join('\n', steps
        .SelectMany(step => step.Kind switch
        {
            StepKind.ReadList => step.Seen!.Length == 0 ? [] : (string[])[$"list {step.Key}: {string.Join(',', step.Seen)}"],
            StepKind.ReadRegister => step.Value == 0 ? [] : [$"register {step.Key}: {step.Value}"],
            StepKind.ReadItem => step.Value == 0 ? [] : [$"item {step.Key}: {step.Value}"],
            _ => step.Seen!.Select((balance, account) => $"account {account}: {balance}").ToArray(),
        })
        .Order(StringComparer.Ordinal));

    private async Task TurnAsync(ChaosObject item, Task clients)
    {
        var finishing = new List<Task>();
        while (!clients.IsCompleted)
        {
            await Task.WhenAny(clients, Task.Delay(100));
            var segment = item.Current!;
            if (segment.Count < EntriesOfGeneration && Stopwatch.GetElapsedTime(segment.OpenedAt) < LongestGeneration)
            {
                continue;
            }

            if (await OpenAsync(item, segment.Generation + 1, CancellationToken.None) is { } next)
            {
                item.Current = next;
                finishing.RemoveAll(task => task.IsCompletedSuccessfully);
                finishing.Add(FinishAsync(segment, delete: true, Plan.OpeningBalance));
            }
        }

        await Task.WhenAll(finishing);
        await FinishAsync(item.Current!, delete: false, Plan.OpeningBalance);
    }

    private async Task<Segment?> OpenAsync(ChaosObject item, int generation, CancellationToken cancellationToken)
    {
        var segment = new Segment(item, generation);
        return await RetryAsync(segment, "opening", async () =>
        {
            await Source(item).ExecuteAsync(
                Tables.Dataset,
                item.Key,
                Operation.Write,
                async (connection, token) =>
                {
                    await using var command = connection.CreateCommand();
                    command.CommandText = Statements.OpenSql;
                    Statements.Bind(command.Parameters, segment);
                    command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Plan.OpeningBalance });
                    command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Plan.Accounts });
                    await command.ExecuteNonQueryAsync(token);
                },
                cancellationToken);
            return segment;
        });
    }

    private async Task<LedgerEntry> ReadAllAsync(Segment segment)
    {
        var start = Stopwatch.GetTimestamp();
        var steps = await Source(segment.Owner).ExecuteAsync(
            Tables.Dataset,
            segment.Owner.Key,
            Operation.Read,
            async (connection, token) =>
            {
                await using var batch = connection.CreateBatch();
                foreach (var sql in Statements.ReadAllSql)
                {
#pragma warning disable CA2100 // Constants.
                    var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
                    Statements.Bind(command.Parameters, segment);
                    batch.BatchCommands.Add(command);
                }

                await using var reader = await batch.ExecuteReaderAsync(token);
                return await ReadStepsAsync(reader, token);
            },
            CancellationToken.None);
        return new LedgerEntry(Housekeeper, start, Stopwatch.GetTimestamp(), Outcome.Ok, steps);
    }

    /// <summary>The four results of <see cref="Statements.ReadAllSql"/> as reads of every list, register and item, and of all accounts.</summary>
    public static async Task<ImmutableArray<Step>> ReadStepsAsync(System.Data.Common.DbDataReader reader, CancellationToken cancellationToken)
    {
        var lists = await ReadAsync<long[]>(reader, cancellationToken);
        var registers = await ReadAsync<long>(reader, cancellationToken);
        var items = await ReadAsync<long>(reader, cancellationToken);
        var accounts = await ReadAsync<long>(reader, cancellationToken);
        return
        [
            .. Enumerable.Range(0, Plan.Lists).Select(key => new Step(StepKind.ReadList, key, Seen: lists.GetValueOrDefault(key) ?? [])),
            .. Enumerable.Range(0, Plan.Registers).Select(key => new Step(StepKind.ReadRegister, key, registers.GetValueOrDefault(key))),
            .. Enumerable.Range(0, Plan.Items).Select(key => new Step(StepKind.ReadItem, key, items.GetValueOrDefault(key))),
            new Step(StepKind.ReadAccounts, 0, Seen: [.. accounts.OrderBy(account => account.Key).Select(account => account.Value)]),
        ];
    }

    private static async Task<Dictionary<int, T>> ReadAsync<T>(System.Data.Common.DbDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<int, T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.GetInt32(0), await reader.GetFieldValueAsync<T>(1, cancellationToken));
        }

        await reader.NextResultAsync(cancellationToken);
        return rows;
    }

    private async Task DeleteAsync(Segment segment, LedgerEntry final, bool isCounted)
    {
        var expected = final.Steps.Sum(step => step.Kind switch
        {
            StepKind.ReadList => Math.Min(1, step.Seen!.Length),
            StepKind.ReadAccounts => step.Seen!.Length,
            _ => step.Value == 0 ? 0 : 1,
        });
        var isRepeated = false;
        var deleted = await RetryAsync<object>(segment, "deleting", async () =>
        {
            var isAgain = isRepeated;
            isRepeated = true;
            var rows = await Source(segment.Owner).ExecuteAsync(
                Tables.Dataset,
                segment.Owner.Key,
                Operation.Write,
                async (connection, token) =>
                {
                    await using var batch = connection.CreateBatch();
                    foreach (var sql in Statements.DeleteAllSql)
                    {
#pragma warning disable CA2100 // Constants.
                        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
                        Statements.Bind(command.Parameters, segment);
                        batch.BatchCommands.Add(command);
                    }

                    return await batch.ExecuteNonQueryAsync(token);
                },
                CancellationToken.None);
            return isAgain ? -1 : rows;
        });

        // A lost answer of the first try, or of somebody's write, leaves the number open.
        if (isCounted && deleted is int and >= 0 and var count && count != expected && !segment.Owner.UnknownGenerations.Contains(segment.Generation))
        {
            anomalies.Add(new Anomaly("lost-write", segment.Owner.Key, $"generation {segment.Generation}: {expected} rows were read and {count} could be deleted"));
        }
    }

    private async Task<T?> RetryAsync<T>(Segment segment, string what, Func<Task<T>> act)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await act();
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or TimeoutException or OperationCanceledException)
            {
                tally.AddError(failure);
                if (failure is IdpOutcomeUnknownException or not IdpException)
                {
                    segment.Owner.NoteUnknown(segment.Generation);
                }

                if (Stopwatch.GetElapsedTime(started) > Patience)
                {
                    anomalies.Add(new Anomaly("unavailable", segment.Owner.Key, $"{what} did not succeed for {Patience.TotalSeconds:F0} s: {failure.Message}"));
                    return null;
                }

                await Task.Delay(200);
            }
        }
    }

    private IdpDataSource Source(ChaosObject item) => fleet[ChaosWorld.Birth, item.Level, false];
}
