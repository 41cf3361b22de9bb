using System.Collections.Immutable;
using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Idp.Chaos.Checking;
using Idp.Chaos.Ledger;
using Idp.Chaos.Report;
using Idp.Chaos.World;
using Idp.Client;
using Npgsql;

namespace Idp.Chaos.Clients;

/// <summary>Carries one transaction to the product's client library, and writes down what is known of it.</summary>
/// <remarks>
/// What a client may count as failed is decided here, without the product's word where that is not its own promise:
/// refused by the store, or never asked to commit. Everything else that is not acknowledged is unknown.
/// </remarks>
internal sealed class Work(Tally tally, AnomalyLog anomalies)
{
    /// <param name="hold">How long the styles that wait do so.</param>
    public async Task<LedgerEntry> RunAsync(
        int client, IdpDataSource source, Segment segment, Style style, ImmutableArray<Step> steps, TimeSpan hold, bool isSession, CancellationToken cancellationToken)
    {
        var run = new Run { Steps = steps };
        var isWrite = steps.Any(step => step.IsWrite);

        // Every third client has lost answers found out. A write whose rows are read cannot tell what they were.
        var isProven = client % 3 == 1 && (style is not (Style.Batch or Style.Cancelled) || !steps.Any(Statements.Answers));
        var operation = isWrite ? isProven ? Operation.ProvenWrite : Operation.Write : isSession ? Operation.ReadSession : Operation.Read;
        var start = Stopwatch.GetTimestamp();
        Outcome outcome;
        ImmutableArray<Step> answered;
        try
        {
            answered = style switch
            {
                Style.Batch => await source.ExecuteAsync(Tables.Dataset, segment.Owner.Key, operation, (connection, token) => BatchAsync(connection, segment, steps, token), cancellationToken),
                Style.Cancelled => await CancelledAsync(source, segment, operation, steps, hold, cancellationToken),
                Style.Entered => await EnteredAsync(source, segment, operation, run, cancellationToken),
                _ => await source.ExecuteAsync(Tables.Dataset, segment.Owner.Key, operation, (connection, token) => ExplicitAsync(connection, segment, style, run, hold, token), cancellationToken),
            };
            outcome = style is Style.RolledBack ? Outcome.Failed : Outcome.Ok;
        }
        catch (Exception failure)
        {
            // Whatever happens to a client is written down; it never ends the run.
            outcome = Judge(failure, isWrite, style, run);
            answered = steps;
            tally.AddError(failure);
            if (failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } twice)
            {
                anomalies.Add(new Anomaly("drawn-twice", segment.Owner.Key, twice.Message)); // All keys but those of receipts are written with ON CONFLICT.
            }
        }

        var end = Stopwatch.GetTimestamp();
        var entry = new LedgerEntry(client, start, outcome is Outcome.Unknown ? LedgerEntry.Never : end, outcome, answered, isSession);
        tally.Add(style, $"{segment.Owner.Key} at {segment.Owner.Level}", entry, end);
        return entry;
    }

    private static Outcome Judge(Exception failure, bool isWrite, Style style, Run run) => failure switch
    {
        _ when !isWrite || style is Style.RolledBack => Outcome.Failed,

        // The store's word that it has committed, which is checked like any acknowledgement.
        IdpAnswerLostException when style is Style.Batch or Style.Cancelled => Outcome.Ok,
        IdpOutcomeUnknownException => Outcome.Unknown,
        IdpException => Outcome.Failed,
        PostgresException refused => refused.InvariantSeverity is "FATAL" or "PANIC" ? run.Uncommitted(style) : Outcome.Failed,
        _ => run.Uncommitted(style),
    };

    private static async Task<ImmutableArray<Step>> BatchAsync(IdpConnection connection, Segment segment, ImmutableArray<Step> steps, CancellationToken cancellationToken)
    {
        if (steps.Length == 1)
        {
            return [await OneAsync(connection, segment, steps[0], cancellationToken)];
        }

        await using var batch = connection.CreateBatch();
        foreach (var step in steps)
        {
#pragma warning disable CA2100 // Constants.
            var command = new NpgsqlBatchCommand(Statements.Sql(step));
#pragma warning restore CA2100
            Statements.Bind(command.Parameters, segment, step);
            batch.BatchCommands.Add(command);
        }

        if (!steps.Any(Statements.Answers))
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return steps;
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var answered = ImmutableArray.CreateBuilder<Step>(steps.Length);
        foreach (var step in steps)
        {
            if (Statements.Answers(step))
            {
                answered.Add(Statements.Answered(step, await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken) ? reader.GetValue(0) : null));
                await reader.NextResultAsync(cancellationToken);
            }
            else
            {
                answered.Add(step);
            }
        }

        // The last statements may have no rows, and still fail.
        while (await reader.NextResultAsync(cancellationToken))
        {
        }

        return answered.ToImmutable();
    }

    private static async Task<Step> OneAsync(IdpConnection connection, Segment segment, Step step, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants.
        command.CommandText = Statements.Sql(step);
#pragma warning restore CA2100
        Statements.Bind(command.Parameters, segment, step);
        return Statements.Answered(step, await command.ExecuteScalarAsync(cancellationToken));
    }

    private static async Task<ImmutableArray<Step>> CancelledAsync(
        IdpDataSource source, Segment segment, Operation operation, ImmutableArray<Step> steps, TimeSpan hold, CancellationToken cancellationToken)
    {
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        impatient.CancelAfter(hold);
        return await source.ExecuteAsync(
            Tables.Dataset, segment.Owner.Key, operation, (connection, token) => BatchAsync(connection, segment, steps, token), impatient.Token);
    }

    private static async Task<ImmutableArray<Step>> ExplicitAsync(
        IdpConnection connection, Segment segment, Style style, Run run, TimeSpan hold, CancellationToken cancellationToken)
    {
        run.IsCommitSent = false;
        await using var transaction = await connection.BeginTransactionAsync(LevelOf(segment), cancellationToken);
        var answered = ImmutableArray.CreateBuilder<Step>(run.Steps.Length);
        foreach (var step in run.Steps)
        {
            // Reading, computing and writing back is safe only where the level forbids lost updates.
            answered.Add(step.Kind is StepKind.Transfer && segment.Owner.Level is not Isolation.ReadCommitted
                ? await ComputedTransferAsync(connection, segment, step, cancellationToken)
                : await OneAsync(connection, segment, step, cancellationToken));
        }

        if (style is Style.TimedOut)
        {
            await using var impatient = connection.CreateBatch();
            impatient.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL statement_timeout = '5ms'"));
            impatient.BatchCommands.Add(new NpgsqlBatchCommand(Statements.SleepSql));
            await impatient.ExecuteNonQueryAsync(cancellationToken);
        }

        if (style is Style.Long)
        {
            await Task.Delay(hold, TimeProvider.System, cancellationToken);
        }

        if (style is Style.RolledBack)
        {
            await transaction.RollbackAsync(cancellationToken);
            return run.Steps;
        }

        run.IsCommitSent = true;
        await transaction.CommitAsync(cancellationToken);
        return answered.ToImmutable();
    }

    private static async Task<Step> ComputedTransferAsync(IdpConnection connection, Segment segment, Step step, CancellationToken cancellationToken)
    {
        foreach (var (account, amount) in new[] { (step.Key, -step.Value), (step.Other, step.Value) })
        {
            await using var read = connection.CreateCommand();
            read.CommandText = Statements.ReadAccountSql;
            Statements.Bind(read.Parameters, segment);
            read.Parameters.Add(new NpgsqlParameter<int> { TypedValue = account });
            var balance = (long)(await read.ExecuteScalarAsync(cancellationToken) ?? throw new InvalidOperationException($"{segment.Owner.Key} has no account {account} in generation {segment.Generation}."));
            await using var write = connection.CreateCommand();
            write.CommandText = Statements.SetAccountSql;
            Statements.Bind(write.Parameters, segment);
            write.Parameters.Add(new NpgsqlParameter<int> { TypedValue = account });
            write.Parameters.Add(new NpgsqlParameter<long> { TypedValue = balance + amount });
            await write.ExecuteNonQueryAsync(cancellationToken);
        }

        return step;
    }

    private static async Task<ImmutableArray<Step>> EnteredAsync(IdpDataSource source, Segment segment, Operation operation, Run run, CancellationToken cancellationToken)
    {
        await using var entered = await source.OpenEnteredAsync(Tables.Dataset, segment.Owner.Key, operation, LevelOf(segment), cancellationToken);
        var answered = ImmutableArray.CreateBuilder<Step>(run.Steps.Length);
        foreach (var step in run.Steps)
        {
#pragma warning disable CA2100 // Constants.
            await using var command = new NpgsqlCommand(Statements.Sql(step), entered.Connection, entered.Transaction);
#pragma warning restore CA2100
            Statements.Bind(command.Parameters, segment, step);
            var scalar = await command.ExecuteScalarAsync(cancellationToken);
            answered.Add(Statements.Answered(step, scalar is DBNull ? null : scalar));
        }

        run.IsCommitSent = true;
        await entered.CommitAsync(cancellationToken);
        return answered.ToImmutable();
    }

    public static IsolationLevel LevelOf(Segment segment) => segment.Owner.Level switch
    {
        Isolation.ReadCommitted => IsolationLevel.ReadCommitted,
        Isolation.RepeatableRead => IsolationLevel.RepeatableRead,
        Isolation.Serializable => IsolationLevel.Serializable,
        _ => throw new ArgumentOutOfRangeException(nameof(segment), segment.Owner.Level, "Npgsql has no such level."),
    };

    private sealed class Run
    {
        public required ImmutableArray<Step> Steps { get; init; }

        public bool IsCommitSent { get; set; }

        /// <summary>What a broken connection means: a transaction that was never asked to commit has not.</summary>
        public Outcome Uncommitted(Style style) => style is Style.Batch or Style.Cancelled || IsCommitSent ? Outcome.Unknown : Outcome.Failed;
    }
}
