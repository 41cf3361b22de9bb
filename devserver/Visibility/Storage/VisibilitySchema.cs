using Idp.DevServer.Persistence;

namespace Idp.DevServer.Visibility.Storage;

/// <summary>Runs as they are listed, and their search attributes one row a value.</summary>
/// <remarks>
/// Newest first is by closing time, open runs before all, then by start; every index ends in that order, so that a page is read, not sorted.
/// </remarks>
internal sealed class VisibilitySchema : ISchemaPart
{
    public string Name => "visibility";

    public IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE visibility (
          id INTEGER PRIMARY KEY,
          namespace TEXT NOT NULL,
          division TEXT NOT NULL,
          run_id TEXT NOT NULL,
          workflow_id TEXT NOT NULL,
          workflow_type TEXT NOT NULL,
          status INTEGER NOT NULL,
          start_time INTEGER NOT NULL,
          execution_time INTEGER,
          close_time INTEGER,
          close_order INTEGER NOT NULL,
          task_queue TEXT NOT NULL,
          history_length INTEGER,
          history_size_bytes INTEGER,
          state_transition_count INTEGER,
          execution_duration INTEGER,
          parent_workflow_id TEXT,
          parent_run_id TEXT,
          root_workflow_id TEXT NOT NULL,
          root_run_id TEXT NOT NULL,
          info BLOB NOT NULL);
        CREATE UNIQUE INDEX visibility_run ON visibility (namespace, run_id);
        CREATE INDEX visibility_newest ON visibility (namespace, division, close_order DESC, start_time DESC, run_id);
        CREATE INDEX visibility_workflow_id ON visibility (namespace, division, workflow_id, close_order DESC, start_time DESC, run_id);
        CREATE INDEX visibility_workflow_type ON visibility (namespace, division, workflow_type, close_order DESC, start_time DESC, run_id);
        CREATE INDEX visibility_status ON visibility (namespace, division, status, close_order DESC, start_time DESC, run_id);
        CREATE TABLE visibility_attribute (
          id INTEGER PRIMARY KEY,
          run INTEGER NOT NULL REFERENCES visibility (id),
          name TEXT NOT NULL,
          value NOT NULL);
        CREATE INDEX visibility_attribute_run ON visibility_attribute (run, name, value);
        CREATE INDEX visibility_attribute_value ON visibility_attribute (name, value, run);
        CREATE VIRTUAL TABLE visibility_text USING fts5 (value, tokenize = 'unicode61 remove_diacritics 2');
        """,
    ];
}
