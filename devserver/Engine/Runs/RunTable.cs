using Idp.DevServer.Engine.State;
using Idp.DevServer.Persistence;
using Microsoft.Data.Sqlite;
using Temporalio.Api.History.V1;

namespace Idp.DevServer.Engine.Runs;

/// <summary>Reads runs from the file; <see cref="RunWriter"/> writes them.</summary>
internal sealed class RunTable(Store store)
{
    private const string CurrentSql =
        "SELECT row, state FROM run WHERE namespace = $namespace AND workflow_id = $workflow_id ORDER BY row DESC LIMIT 1";

    private const string RunSql =
        "SELECT row, state FROM run WHERE namespace = $namespace AND workflow_id = $workflow_id AND run_id = $run_id LIMIT 1";

    private const string ActiveSql = "SELECT row, state FROM run WHERE is_active = 1 ORDER BY row";

    private const string EventsSql =
        """
        SELECT events FROM history
        WHERE run = $run AND first_event < $to
          AND first_event >= COALESCE((SELECT MAX(first_event) FROM history WHERE run = $run AND first_event <= $from), 0)
        ORDER BY first_event
        """;

    private long _lastRow = -1;

    public long NextRow()
    {
        if (Volatile.Read(ref _lastRow) < 0)
        {
            using var reader = store.OpenReader();
            using var command = reader.CreateCommand();
            command.CommandText = "SELECT COALESCE(MAX(row), 0) FROM run";
            Interlocked.CompareExchange(ref _lastRow, (long)command.ExecuteScalar()!, -1);
        }

        return Interlocked.Increment(ref _lastRow);
    }

    public (long Row, byte[] State)? FindCurrent(string ns, string workflowId) => Find(CurrentSql, ns, workflowId, null);

    public (long Row, byte[] State)? Find(RunKey key) => Find(RunSql, key.Namespace, key.WorkflowId, key.RunId);

    /// <summary>Runs that are open, or closed with deliveries left.</summary>
    public List<(long Row, byte[] State)> ReadActive()
    {
        using var connection = store.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = ActiveSql;
        using var rows = command.ExecuteReader();
        var active = new List<(long, byte[])>();
        while (rows.Read())
        {
            active.Add((rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
        }

        return active;
    }

    /// <summary>Runs whose retention has passed.</summary>
    public List<(long Row, RunKey Key)> ReadExpired(DateTimeOffset now, int limit)
    {
        using var connection = store.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT row, namespace, workflow_id, run_id FROM run WHERE delete_at <= $now LIMIT $limit";
        command.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$limit", limit);
        using var rows = command.ExecuteReader();
        var expired = new List<(long, RunKey)>();
        while (rows.Read())
        {
            expired.Add((rows.GetInt64(0), new RunKey(rows.GetString(1), rows.GetString(2), rows.GetString(3))));
        }

        return expired;
    }

    /// <summary>Reads the events from <paramref name="from"/> up to, not including, <paramref name="to"/>.</summary>
    public List<HistoryEvent> ReadEvents(long row, long from, long to)
    {
        using var connection = store.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = EventsSql;
        command.Parameters.AddWithValue("$run", row);
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        using var rows = command.ExecuteReader();
        var events = new List<HistoryEvent>();
        while (rows.Read())
        {
            var batch = History.Parser.ParseFrom(rows.GetFieldValue<byte[]>(0));
            events.AddRange(batch.Events.Where(e => e.EventId >= from && e.EventId < to));
        }

        return events;
    }

    /// <summary>Where the <paramref name="count"/> last batches before an event begin, latest first.</summary>
    public List<long> ReadBatchStarts(long row, long before, int count)
    {
        using var connection = store.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT first_event FROM history WHERE run = $run AND first_event < $before ORDER BY first_event DESC LIMIT $count";
        command.Parameters.AddWithValue("$run", row);
        command.Parameters.AddWithValue("$before", before);
        command.Parameters.AddWithValue("$count", count);
        using var rows = command.ExecuteReader();
        var starts = new List<long>();
        while (rows.Read())
        {
            starts.Add(rows.GetInt64(0));
        }

        return starts;
    }

    public List<Fact> ReadFacts(long row)
    {
        using var connection = store.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT kind, id, event_id FROM fact WHERE run = $run";
        command.Parameters.AddWithValue("$run", row);
        using var rows = command.ExecuteReader();
        var facts = new List<Fact>();
        while (rows.Read())
        {
            facts.Add(new Fact((FactKind)rows.GetInt32(0), rows.GetString(1), rows.GetInt64(2)));
        }

        return facts;
    }

    private (long Row, byte[] State)? Find(string sql, string ns, string workflowId, string? runId)
    {
        using var connection = store.OpenReader();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of this class's constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$namespace", ns);
        command.Parameters.AddWithValue("$workflow_id", workflowId);
        if (runId is not null)
        {
            command.Parameters.AddWithValue("$run_id", runId);
        }

        using var rows = command.ExecuteReader();
        return rows.Read() ? (rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)) : null;
    }
}
