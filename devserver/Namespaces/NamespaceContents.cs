using Idp.DevServer.Engine;
using Idp.DevServer.Engine.State;
using Idp.DevServer.Persistence;
using Idp.DevServer.Schedules.Runtime;

namespace Idp.DevServer.Namespaces;

/// <summary>What lies in a namespace and goes with it.</summary>
internal sealed class NamespaceContents(Store store, WorkflowEngine engine, IWorkflowStarter starter, ScheduleDirectory schedules)
{
    private const string SelectSql = "SELECT workflow_id, run_id, is_active FROM run WHERE namespace = $namespace";

    /// <summary>Ends the schedules first, since they start workflows; then terminates and removes every run.</summary>
    public async Task RemoveAsync(NamespaceEntry entry)
    {
        await schedules.DeleteAllAsync(entry.Id);
        foreach (var (key, isActive) in Runs(entry.Name))
        {
            if (isActive)
            {
                await TerminateAsync(key);
            }

            await engine.DeleteAsync(key);
        }
    }

    private List<(RunKey Key, bool IsActive)> Runs(string ns)
    {
        using var reader = store.OpenReader();
        using var command = reader.CreateCommand();
        command.CommandText = SelectSql;
        command.Parameters.AddWithValue("$namespace", ns);
        using var rows = command.ExecuteReader();
        var runs = new List<(RunKey, bool)>();
        while (rows.Read())
        {
            runs.Add((new RunKey(ns, rows.GetString(0), rows.GetString(1)), rows.GetBoolean(2)));
        }

        return runs;
    }

    private async Task TerminateAsync(RunKey key)
    {
        try
        {
            await starter.TerminateAsync(
                new()
                {
                    Namespace = key.Namespace,
                    WorkflowExecution = new() { WorkflowId = key.WorkflowId, RunId = key.RunId },
                    Reason = "namespace deleted",
                },
                CancellationToken.None);
        }
        catch (Grpc.RpcFailure)
        {
            // It has closed in the meantime; an open outbox also counts as active.
        }
    }
}
