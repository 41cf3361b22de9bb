using Idp.DevServer.Persistence;

namespace Idp.DevServer.Engine.Runs;

/// <summary>The engine's tables: runs, their histories, and facts looked up by id.</summary>
internal sealed class RunSchema : ISchemaPart
{
    public string Name => "engine";

    public IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE run (
            row INTEGER PRIMARY KEY,
            namespace TEXT NOT NULL,
            workflow_id TEXT NOT NULL,
            run_id TEXT NOT NULL,
            is_active INTEGER NOT NULL,
            delete_at INTEGER,
            state BLOB NOT NULL
        );
        CREATE INDEX run_by_id ON run (namespace, workflow_id, row);
        CREATE INDEX run_active ON run (row) WHERE is_active = 1;
        CREATE INDEX run_expired ON run (delete_at) WHERE delete_at IS NOT NULL;
        CREATE TABLE history (
            run INTEGER NOT NULL,
            first_event INTEGER NOT NULL,
            events BLOB NOT NULL,
            PRIMARY KEY (run, first_event)
        ) WITHOUT ROWID;
        CREATE TABLE fact (
            run INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            id TEXT NOT NULL,
            event_id INTEGER NOT NULL,
            PRIMARY KEY (run, kind, id)
        ) WITHOUT ROWID;
        """,
    ];
}
