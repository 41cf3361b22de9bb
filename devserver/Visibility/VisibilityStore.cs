using Google.Protobuf;
using Grpc.Core;
using Idp.DevServer.Engine;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Persistence;
using Idp.DevServer.Visibility.Conditions;
using Idp.DevServer.Visibility.Language;
using Idp.DevServer.Visibility.Storage;
using Microsoft.Data.Sqlite;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Idp.DevServer.Visibility;

/// <summary>What can be listed and counted: the runs of users, and apart from them, in divisions, what the server runs for itself.</summary>
internal sealed class VisibilityStore(Store store, ISearchAttributes searchAttributes) : IVisibilitySink
{
    /// <summary>Keeps a run as it now is. Called inside the write that changes the run, so that lists are never behind.</summary>
    /// <param name="writer">The connection of that write.</param>
    /// <param name="division">Empty for a user's workflows; <c>TemporalScheduler</c> for schedules.</param>
    public void Upsert(SqliteConnection writer, string ns, string division, WorkflowExecutionInfo info) =>
        VisibilityWriter.Of(writer).Upsert(ns, division, info, AttributeRow.Read(info.SearchAttributes, searchAttributes.All(ns)));

    /// <summary>Forgets a run; one that is unknown is no error.</summary>
    public void Delete(SqliteConnection writer, string ns, string division, string workflowId, string runId) =>
        VisibilityWriter.Of(writer).Delete(ns, runId);

    /// <param name="division">What to look through, unless the query names divisions itself.</param>
    /// <exception cref="RpcFailure">The query or the token is wrong.</exception>
    public VisibilityPage List(string ns, string division, string query, int pageSize, ByteString pageToken) =>
        Answer("ListWorkflowExecutions", () =>
        {
            var token = PageToken.Read(pageToken);
            var asked = Understand(ns, query);
            using var reader = store.OpenReader();
            return new VisibilityReader(reader).List(ns, division, asked, pageSize, token);
        });

    /// <inheritdoc cref="List"/>
    public CountWorkflowExecutionsResponse Count(string ns, string division, string query) =>
        Answer("CountWorkflowExecutions", () =>
        {
            var asked = Understand(ns, query);
            using var reader = store.OpenReader();
            var counts = new VisibilityReader(reader).Count(ns, division, asked);
            var response = new CountWorkflowExecutionsResponse { Count = counts.Sum(count => count.Count) };
            if (asked.GroupBy is { } attribute)
            {
                response.Groups.AddRange(counts.Select(count => Group(attribute.Name, count.Group, count.Count)));
            }

            return response;
        });

    private static T Answer<T>(string operation, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (QueryException refused)
        {
            throw RpcFailure.InvalidArgument($"invalid query: {refused.Message}");
        }
        catch (RowValueMisusedException misused)
        {
            throw new RpcFailure(StatusCode.Unavailable, $"{operation} operation failed.: {misused.Message}");
        }
    }

    private VisibilityQuery Understand(string ns, string query) => Binder.Bind(Parser.Parse(query), searchAttributes.All(ns));

    private static CountWorkflowExecutionsResponse.Types.AggregationGroup Group(string attribute, object? value, long count)
    {
        var text = attribute == "ExecutionStatus" ? ((WorkflowExecutionStatus)(long)value!).ToString() : value as string ?? string.Empty;
        var payload = new Payload { Data = ByteString.CopyFromUtf8(System.Text.Json.JsonSerializer.Serialize(text)) };
        payload.Metadata.Add("encoding", ByteString.CopyFromUtf8("json/plain"));
        payload.Metadata.Add("type", ByteString.CopyFromUtf8("Keyword"));
        return new() { Count = count, GroupValues = { payload } };
    }
}
