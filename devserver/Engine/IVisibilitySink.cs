using Microsoft.Data.Sqlite;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Engine;

/// <summary>Hears of every change that listings show, inside the transaction that makes it.</summary>
internal interface IVisibilitySink
{
    /// <param name="division">Empty for workflows.</param>
    void Upsert(SqliteConnection writer, string ns, string division, WorkflowExecutionInfo info);

    void Delete(SqliteConnection writer, string ns, string division, string workflowId, string runId);
}
