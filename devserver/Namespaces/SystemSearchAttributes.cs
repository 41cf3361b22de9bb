using System.Collections.Frozen;
using Temporalio.Api.Enums.V1;
using static Temporalio.Api.Enums.V1.IndexedValueType;

namespace Idp.DevServer.Namespaces;

/// <summary>The search attributes that every namespace has, and what custom ones may be.</summary>
internal static class SystemSearchAttributes
{
    /// <summary>Names that start so belong to the server.</summary>
    public const string ReservedPrefix = "Temporal";

    public static FrozenDictionary<string, IndexedValueType> All { get; } = new Dictionary<string, IndexedValueType>(StringComparer.Ordinal)
    {
        ["BatcherNamespace"] = Keyword,
        ["BatcherUser"] = Keyword,
        ["BinaryChecksums"] = KeywordList,
        ["BuildIds"] = KeywordList,
        ["CloseTime"] = IndexedValueType.Datetime,
        ["ExecutionDuration"] = Int,
        ["ExecutionStatus"] = Keyword,
        ["ExecutionTime"] = IndexedValueType.Datetime,
        ["HistoryLength"] = Int,
        ["HistorySizeBytes"] = Int,
        ["ParentRunId"] = Keyword,
        ["ParentWorkflowId"] = Keyword,
        ["RootRunId"] = Keyword,
        ["RootWorkflowId"] = Keyword,
        ["RunId"] = Keyword,
        ["StartTime"] = IndexedValueType.Datetime,
        ["StateTransitionCount"] = Int,
        ["TaskQueue"] = Keyword,
        ["TemporalChangeVersion"] = KeywordList,
        ["TemporalExternalPayloadCount"] = Int,
        ["TemporalExternalPayloadSizeBytes"] = Int,
        ["TemporalNamespaceDivision"] = Keyword,
        ["TemporalPauseInfo"] = KeywordList,
        ["TemporalReportedProblems"] = KeywordList,
        ["TemporalSchedulePaused"] = Bool,
        ["TemporalScheduledById"] = Keyword,
        ["TemporalScheduledStartTime"] = IndexedValueType.Datetime,
        ["TemporalUsedWorkerDeploymentVersions"] = KeywordList,
        ["TemporalWorkerDeployment"] = Keyword,
        ["TemporalWorkerDeploymentVersion"] = Keyword,
        ["TemporalWorkflowVersioningBehavior"] = Keyword,
        ["WorkflowId"] = Keyword,
        ["WorkflowType"] = Keyword,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Most custom search attributes of a type in a namespace, as the genuine server's SQLite store has columns.</summary>
    public static int Limit(IndexedValueType type) => type switch
    {
        Keyword => 10,
        Text or Bool or IndexedValueType.Datetime or Int or IndexedValueType.Double or KeywordList => 3,
        _ => 0,
    };
}
