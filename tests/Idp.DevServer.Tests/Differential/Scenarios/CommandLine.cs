using Temporalio.Worker;

namespace Idp.DevServer.Tests.Differential;

/// <summary>The genuine command line's own commands: exit codes and output are the same.</summary>
internal static class CommandLine
{
    [Scenario]
    public static async Task OptionsAndQueues(Session session)
    {
        await session.Hands.StartAsync();
        await session.NoteCliAsync("workflow", "update-options", "--workflow-id", session.Name, "--versioning-override-behavior", "auto_upgrade");
        await session.NoteCliAsync("workflow", "update-options", "--workflow-id", session.Name, "--versioning-override-behavior", "unspecified");
        await session.NoteCliAsync("workflow", "pause", "--workflow-id", session.Name, "--reason", "test");
        await session.NoteCliAsync("workflow", "unpause", "--workflow-id", session.Name, "--reason", "test");
        await session.NoteCliAsync(
            "task-queue", "config", "set", "--task-queue", session.Name, "--task-queue-type", "activity", "--queue-rps-limit", "7", "--queue-rps-limit-reason", "test");
        await session.NoteCliAsync("task-queue", "config", "get", "--task-queue", session.Name, "--task-queue-type", "activity");
        await session.NoteCliAsync("task-queue", "config", "set", "--task-queue", session.Name, "--task-queue-type", "activity", "--queue-rps-limit", "default");
        await session.NoteCliAsync("workflow", "signal-with-start", "--workflow-id", session.Name, "--type", "ByHand", "--task-queue", session.Name, "--signal-name", "s", "--identity", "me");
        await session.NoteCliAsync("workflow", "describe", "--workflow-id", session.Name, "--reset-points");
        await session.NoteCliAsync("workflow", "show", "--workflow-id", session.Name, "--output", "json");
        await session.NoteCliAsync("operator", "cluster", "describe");
        await session.NoteCliAsync("operator", "cluster", "remove", "--name", "other");
        await session.Hands.TerminateAsync();
    }

    [Scenario]
    public static Task WorkflowLife(Session session) => WithTourAsync(session, async () =>
    {
        var name = session.Name;
        await session.NoteCliAsync(
            "workflow", "start", "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--input", "\"wait\"", "--memo", "key=\"value\"",
            "--search-attribute", "Keyword1=\"blue\"", "-o", "json");
        await session.EventAsync(item => item.EventType is Temporalio.Api.Enums.V1.EventType.WorkflowTaskCompleted);
        await session.NoteCliAsync("workflow", "describe", "--workflow-id", name, "-o", "json");
        await session.NoteCliAsync("workflow", "query", "--workflow-id", name, "--type", "Seen", "-o", "json");
        await session.NoteCliAsync("workflow", "query", "--workflow-id", name, "--type", "None");
        await session.NoteCliAsync(
            "workflow", "update", "execute", "--workflow-id", name, "--name", "Add", "--update-id", "u1", "--input", "\"one\"", "-o", "json");
        await session.NoteCliAsync("workflow", "signal", "--workflow-id", name, "--name", "End", "--input", "\"two\"", "-o", "json");
        await session.NoteCliAsync("workflow", "result", "--workflow-id", name, "-o", "json");
        await session.NoteCliAsync("workflow", "show", "--workflow-id", name, "-o", "json");
        await session.NoteCliAsync("workflow", "describe", "--workflow-id", name, "-o", "json");
        await session.NoteCliAsync("workflow", "stack", "--workflow-id", name);
        await session.NoteCliAsync("workflow", "signal", "--workflow-id", name, "--name", "End", "--input", "\"late\"");
    });

    [Scenario]
    public static Task WorkflowExecute(Session session) => WithTourAsync(session, async () =>
    {
        var name = session.Name;
        await session.NoteCliAsync(
            "workflow", "execute", "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--input", "\"patch\"", "-o", "json");
        await session.NoteCliAsync(
            "workflow", "start", "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--id-reuse-policy", "RejectDuplicate");
        await session.NoteCliAsync("workflow", "show", "--workflow-id", name);
    });

    [Scenario]
    public static async Task WorkflowEnds(Session session)
    {
        var name = session.Name;
        await session.NoteCliAsync("workflow", "start", "--workflow-id", name, "--type", "Tour", "--task-queue", name, "-o", "json");
        await session.NoteCliAsync("workflow", "cancel", "--workflow-id", name, "-o", "json");
        await session.NoteCliAsync("workflow", "terminate", "--workflow-id", name, "--reason", "test", "-o", "json");
        await session.NoteCliAsync("workflow", "terminate", "--workflow-id", name, "--reason", "test");
        await session.NoteCliAsync("workflow", "cancel", "--workflow-id", name);
        await session.NoteCliAsync("workflow", "result", "--workflow-id", name, "-o", "json");
        await session.NoteCliAsync("workflow", "describe", "--workflow-id", "nobody");
        await session.NoteCliAsync("workflow", "show", "--workflow-id", "nobody");
        await session.NoteCliAsync("workflow", "delete", "--workflow-id", "nobody");
        await session.NoteHistoryAsync();
    }

    [Scenario]
    public static async Task ListAndCount(Session session)
    {
        var name = session.Name;
        foreach (var number in (string[])["1", "2", "3"])
        {
            await session.Hands.StartAsync(start =>
            {
                start.WorkflowId = $"{name}-{number}";
                start.SearchAttributes = new() { IndexedFields = { ["Keyword1"] = Hands.Text(name) } };
            });
        }

        await session.Hands.TerminateAsync($"{name}-2");
        await CountedAsync(session, $"Keyword1 = '{name}' AND ExecutionStatus = 'Running'", 2);
        await CountedAsync(session, $"Keyword1 = '{name}' AND ExecutionStatus = 'Terminated'", 1);
        var query = $"Keyword1 = '{name}'";
        await session.NoteCliAsync("workflow", "list", "--query", $"{query} AND ExecutionStatus = 'Terminated'", "-o", "json");
        await session.NoteCliAsync("workflow", "list", "--query", $"{query} AND WorkflowId = '{name}-3'", "--fields", "long", "-o", "json");
        await session.NoteCliAsync("workflow", "list", "--query", $"WorkflowId = '{name}-1'");
        await session.NoteCliAsync("workflow", "count", "--query", query, "-o", "json");
        await session.NoteCliAsync("workflow", "count", "--query", $"{query} GROUP BY ExecutionStatus", "-o", "json");
        await session.NoteCliAsync("workflow", "list", "--query", "Nothing = 1");
        await session.NoteCliAsync("workflow", "list", "--query", "WorkflowId ==");
        await session.NoteCliAsync("workflow", "list", "--namespace", "nowhere");
    }

    [Scenario]
    public static Task Reset(Session session) => WithTourAsync(session, async () =>
    {
        var name = session.Name;
        await session.NoteCliAsync(
            "workflow", "execute", "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--input", "\"patch\"", "-o", "json");
        await session.NoteCliAsync("workflow", "reset", "--workflow-id", name, "--event-id", "4", "--reason", "test", "-o", "json");
        await session.ClosedAsync();
        await session.NoteHistoryAsync(label: "after the reset");
        await session.NoteCliAsync("workflow", "reset", "--workflow-id", name, "--event-id", "99", "--reason", "test");
        await session.NoteCliAsync("workflow", "reset", "--workflow-id", name, "--type", "LastWorkflowTask", "--reason", "test", "-o", "json");
        await session.ClosedAsync();
    });

    [Scenario]
    public static async Task Schedules(Session session)
    {
        var name = session.Name;
        string[] id = ["--schedule-id", name];
        await session.NoteCliAsync([
            "schedule", "create", .. id, "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--interval", "1h/10m", "--calendar", "{\"hour\":\"3\"}",
            "--cron", "30 4 * * 1-5", "--time-zone", "Europe/Berlin", "--overlap-policy", "BufferOne", "--catchup-window", "10m", "--notes", "first",
            "--pause-on-failure", "--remaining-actions", "5", "--input", "\"patch\""]);
        await session.NoteCliAsync(["schedule", "describe", .. id, "-o", "json"]);
        await session.NoteCliAsync(["schedule", "create", .. id, "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--interval", "1h"]);
        await session.NoteCliAsync(["schedule", "toggle", .. id, "--pause", "--reason", "tea"]);
        await session.NoteCliAsync(["schedule", "describe", .. id]);
        await session.NoteCliAsync(["schedule", "toggle", .. id, "--unpause", "--reason", "over"]);
        await session.NoteCliAsync(["schedule", "update", .. id, "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--interval", "2h", "--paused"]);
        await session.NoteCliAsync(["schedule", "describe", .. id, "-o", "json"]);
        await session.NoteCliAsync(["schedule", "delete", .. id]);
        await session.NoteCliAsync(["schedule", "describe", .. id]);
        await session.NoteCliAsync(["schedule", "delete", .. id]);
        await session.NoteCliAsync(["schedule", "trigger", .. id]);
        await session.NoteCliAsync(["schedule", "create", .. id, "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--cron", "bad cron"]);
        await session.NoteCliAsync(["schedule", "create", .. id, "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--calendar", "{\"hour\":\"25\"}"]);
        await session.NoteCliAsync(["schedule", "create", .. id, "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--interval", "1h", "--time-zone", "Mars/Base"]);
    }

    [Scenario]
    public static Task ScheduleRuns(Session session) => WithTourAsync(session, async () =>
    {
        var name = session.Name;
        string[] id = ["--schedule-id", name];
        await session.NoteCliAsync([
            "schedule", "create", .. id, "--workflow-id", name, "--type", "Tour", "--task-queue", name, "--interval", "10000h", "--input", "\"patch\""]);
        await session.NoteCliAsync(["schedule", "trigger", .. id]);
        await CountedAsync(session, $"TemporalScheduledById = '{name}' AND ExecutionStatus = 'Completed'", 1);
        await session.NoteCliAsync(
            ["schedule", "backfill", .. id, "--start-time", "1999-01-01T00:00:00Z", "--end-time", "2002-06-30T00:00:00Z", "--overlap-policy", "AllowAll"]);
        await CountedAsync(session, $"TemporalScheduledById = '{name}' AND ExecutionStatus = 'Completed'", 4);
        await session.NoteCliAsync("workflow", "count", "--query", $"TemporalScheduledById = '{name}'", "-o", "json");
        await session.NoteCliAsync(["schedule", "delete", .. id]);
        var runs = session.Client.ListWorkflowsAsync($"TemporalScheduledById = '{name}'");
        var first = (await runs.ToListAsync(session.CancellationToken)).OrderBy(run => run.StartTime).First();
        await session.NoteHistoryAsync(first.Id, label: "triggered run");
    });

    [Scenario]
    public static Task TaskQueues(Session session) => WithTourAsync(session, async () =>
    {
        await session.NoteCliAsync("workflow", "execute", "--workflow-id", session.Name, "--type", "Tour", "--task-queue", session.Name, "--input", "\"patch\"", "-o", "json");
        await session.NoteCliAsync("task-queue", "describe", "--task-queue", session.Name, "--legacy-mode", "-o", "json");
        await session.NoteCliAsync("task-queue", "describe", "--task-queue", string.Empty);
    });

    [Scenario]
    public static async Task Operators(Session session)
    {
        await session.NoteCliAsync("operator", "cluster", "health", "-o", "json");
        await session.NoteCliAsync("operator", "search-attribute", "list", "-o", "json");
        await session.NoteCliAsync("operator", "search-attribute", "create", "--name", "Keyword1", "--type", "Keyword");
        await session.NoteCliAsync("operator", "search-attribute", "create", "--name", "Keyword1", "--type", "Int");
        await session.NoteCliAsync("operator", "search-attribute", "remove", "--name", "Unknown1", "--yes");
        await session.NoteCliAsync("operator", "namespace", "describe", "--namespace", "nowhere");
        await session.NoteCliAsync("operator", "namespace", "create", "--namespace", "default");
        await session.NoteCliAsync("operator", "namespace", "create", "--namespace", "second", "--retention", "48h", "--description", "a second one");
        await session.NoteCliAsync("operator", "namespace", "describe", "--namespace", "second", "-o", "json");
        await session.NoteCliAsync("operator", "namespace", "update", "--namespace", "second", "--retention", "72h");
        await session.NoteCliAsync("operator", "namespace", "describe", "--namespace", "second", "-o", "json");
    }

    private static Task WithTourAsync(Session session, Func<Task> story) => session.WithWorkerAsync(
        new TemporalWorkerOptions().AddWorkflow<TourWorkflow>().AddAllActivities(typeof(TourActivities), null), story);

    // The genuine server indexes a moment later.
    private static async Task CountedAsync(Session session, string query, int count)
    {
        while (true)
        {
            var found = await session.Service.CountWorkflowExecutionsAsync(new() { Namespace = session.Namespace, Query = query }, session.Rpc);
            if (found.Count == count)
            {
                return;
            }

            await Task.Delay(50, session.CancellationToken);
        }
    }
}
