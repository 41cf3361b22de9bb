using Idp.DevServer.Persistence;

namespace Idp.DevServer.Schedules.Runtime;

/// <summary>One row a schedule; one that is deleted or done leaves its id, without a state.</summary>
internal sealed class ScheduleSchema : ISchemaPart
{
    public string Name => "schedules";

    public IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE schedule (
            namespace_id TEXT NOT NULL,
            schedule_id TEXT NOT NULL,
            state BLOB,
            PRIMARY KEY (namespace_id, schedule_id)
        ) WITHOUT ROWID
        """,
    ];
}
