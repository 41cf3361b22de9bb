using Idp.DevServer.Persistence;

namespace Idp.DevServer.Engine.Matching;

/// <summary>The table of task queues that have a configuration.</summary>
internal sealed class QueueConfigSchema : ISchemaPart
{
    public string Name => "task-queues";

    public IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE task_queue (
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            type INTEGER NOT NULL,
            config BLOB NOT NULL,
            PRIMARY KEY (namespace, name, type)
        ) STRICT, WITHOUT ROWID;
        """,
    ];
}
