using Google.Protobuf;
using Idp.DevServer.Grpc;
using Idp.DevServer.Namespaces;
using Idp.DevServer.Persistence;
using Idp.DevServer.Visibility;
using Idp.DevServer.Visibility.Storage;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>Our visibility store on a file of its own.</summary>
internal sealed class LocalVisibility : ISearchAttributes, IDisposable
{
    public const string Namespace = "default";
    private const int PageSize = 1_000;

    private static readonly Dictionary<string, IndexedValueType> Attributes = new()
    {
        ["BatcherNamespace"] = IndexedValueType.Keyword,
        ["BatcherUser"] = IndexedValueType.Keyword,
        ["BinaryChecksums"] = IndexedValueType.KeywordList,
        ["BuildIds"] = IndexedValueType.KeywordList,
        ["CloseTime"] = IndexedValueType.Datetime,
        ["ExecutionDuration"] = IndexedValueType.Int,
        ["ExecutionStatus"] = IndexedValueType.Keyword,
        ["ExecutionTime"] = IndexedValueType.Datetime,
        ["HistoryLength"] = IndexedValueType.Int,
        ["HistorySizeBytes"] = IndexedValueType.Int,
        ["ParentRunId"] = IndexedValueType.Keyword,
        ["ParentWorkflowId"] = IndexedValueType.Keyword,
        ["RootRunId"] = IndexedValueType.Keyword,
        ["RootWorkflowId"] = IndexedValueType.Keyword,
        ["RunId"] = IndexedValueType.Keyword,
        ["StartTime"] = IndexedValueType.Datetime,
        ["StateTransitionCount"] = IndexedValueType.Int,
        ["TaskQueue"] = IndexedValueType.Keyword,
        ["TemporalChangeVersion"] = IndexedValueType.KeywordList,
        ["TemporalNamespaceDivision"] = IndexedValueType.Keyword,
        ["TemporalPauseInfo"] = IndexedValueType.KeywordList,
        ["TemporalReportedProblems"] = IndexedValueType.KeywordList,
        ["TemporalSchedulePaused"] = IndexedValueType.Bool,
        ["TemporalScheduledById"] = IndexedValueType.Keyword,
        ["TemporalScheduledStartTime"] = IndexedValueType.Datetime,
        ["TemporalWorkerDeployment"] = IndexedValueType.Keyword,
        ["WorkflowId"] = IndexedValueType.Keyword,
        ["WorkflowType"] = IndexedValueType.Keyword,
        ["MyBool"] = IndexedValueType.Bool,
        ["MyDatetime"] = IndexedValueType.Datetime,
        ["MyDouble"] = IndexedValueType.Double,
        ["MyInt"] = IndexedValueType.Int,
        ["MyKeyword"] = IndexedValueType.Keyword,
        ["MyKeywordList"] = IndexedValueType.KeywordList,
        ["MyText"] = IndexedValueType.Text,
    };

    public LocalVisibility()
    {
        File = new Store(new StoreOptions(Path: null), [new VisibilitySchema()]);
        Visibility = new VisibilityStore(File, this);
    }

    public Store File { get; }

    public VisibilityStore Visibility { get; }

    public IReadOnlyDictionary<string, IndexedValueType> All(string ns) => Attributes;

    public Task KeepAsync(IEnumerable<WorkflowExecutionInfo> runs, string division = "") => File.WriteAsync(writer =>
    {
        foreach (var run in runs)
        {
            Visibility.Upsert(writer, Namespace, division, run);
        }
    });

    /// <summary>Answers a question of the table as a server would over the wire.</summary>
    public string Ask(VisibilityWorld world, string kind, string query)
    {
        try
        {
            return kind == "list"
                ? VisibilityAnswers.Listed(world, Visibility.List(Namespace, string.Empty, query, PageSize, ByteString.Empty).Runs)
                : VisibilityAnswers.Counted(Visibility.Count(Namespace, string.Empty, query));
        }
        catch (RpcFailure refused)
        {
            return $"{refused.Code}: {refused.Message}";
        }
    }

    public void Dispose() => File.Dispose();
}
