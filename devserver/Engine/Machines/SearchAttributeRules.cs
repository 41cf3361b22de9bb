using Google.Protobuf;
using Idp.DevServer.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Idp.DevServer.Engine.Machines;

/// <summary>Which search attributes a caller may set, and in which form.</summary>
internal static class SearchAttributeRules
{
    private static readonly HashSet<string> ReadOnly =
    [
        "WorkflowId", "RunId", "WorkflowType", "StartTime", "ExecutionTime", "CloseTime", "ExecutionStatus", "TaskQueue", "HistoryLength",
        "ExecutionDuration", "StateTransitionCount", "HistorySizeBytes", "ParentWorkflowId", "ParentRunId", "RootWorkflowId", "RootRunId",
    ];

    /// <returns>The attributes with the type of each in its metadata.</returns>
    /// <exception cref="RpcFailure">An attribute is unknown, or not for callers to set.</exception>
    public static SearchAttributes? Check(SearchAttributes? attributes, IReadOnlyDictionary<string, IndexedValueType> known, string ns)
    {
        if (attributes is null || attributes.IndexedFields.Count == 0)
        {
            return attributes;
        }

        var typed = attributes.Clone();
        foreach (var (name, payload) in typed.IndexedFields)
        {
            if (ReadOnly.Contains(name))
            {
                throw RpcFailure.InvalidArgument($"{name} attribute can't be set in SearchAttributes");
            }

            if (!known.TryGetValue(name, out var type))
            {
                throw RpcFailure.InvalidArgument($"Namespace {ns} has no mapping defined for search attribute {name}");
            }

            payload.Metadata["type"] = ByteString.CopyFromUtf8(type.ToString());
        }

        return typed;
    }
}
