using System.Globalization;
using System.Text.Json;
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

            if (!Fits(payload, type))
            {
                throw RpcFailure.InvalidArgument($"invalid value for search attribute {name} of type {type}: {payload.Data.ToStringUtf8().Trim('"')}");
            }

            payload.Metadata["type"] = ByteString.CopyFromUtf8(type.ToString());
        }

        return typed;
    }

    private static bool Fits(Payload payload, IndexedValueType type)
    {
        if (payload.Data.IsEmpty)
        {
            return true;
        }

        try
        {
            using var json = JsonDocument.Parse(payload.Data.Memory);
            return Fits(json.RootElement, type);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Fits(JsonElement value, IndexedValueType type) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Array => type is IndexedValueType.KeywordList
            ? value.EnumerateArray().All(e => e.ValueKind is JsonValueKind.String)
            : value.GetArrayLength() <= 1 && value.EnumerateArray().All(e => Fits(e, type)),
        JsonValueKind.True or JsonValueKind.False => type is IndexedValueType.Bool,
        JsonValueKind.Number => type is IndexedValueType.Double || (type is IndexedValueType.Int && value.TryGetInt64(out _)),
        JsonValueKind.String => type is IndexedValueType.Keyword or IndexedValueType.Text or IndexedValueType.KeywordList
            || (type is IndexedValueType.Datetime && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _)),
        _ => false,
    };
}
