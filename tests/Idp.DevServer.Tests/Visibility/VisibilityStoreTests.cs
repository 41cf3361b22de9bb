using Google.Protobuf;
using Grpc.Core;
using Idp.DevServer.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace Idp.DevServer.Tests.Visibility;

public sealed class VisibilityStoreTests : IDisposable
{
    private const string Ns = LocalVisibility.Namespace;

    private readonly LocalVisibility _local = new();

    [Fact]
    public async Task Upsert_KnownRun_ReplacesItsAttributes()
    {
        await _local.KeepAsync([Run("a", "MyText", "\"old words\"")]);
        await _local.KeepAsync([Run("a", "MyText", "\"new words\"")]);

        Assert.Equal((0, 1, 1), (Count("MyText = 'old'"), Count("MyText = 'new'"), Count(string.Empty)));
    }

    [Fact]
    public async Task Upsert_AttributeUnset_IsNull()
    {
        await _local.KeepAsync([Run("a", "MyInt", "5")]);
        await _local.KeepAsync([Run("a", "MyInt", "null")]);

        Assert.Equal(1, Count("MyInt IS NULL"));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("\"\\ud800\"")]
    [InlineData("[[1]]")]
    [InlineData("{}")]
    public async Task Upsert_AttributeUnreadable_KeepsTheRun(string json)
    {
        await _local.KeepAsync([Run("a", "MyKeyword", json)]);

        Assert.Equal((1, 1), (Count(string.Empty), Count("MyKeyword IS NULL")));
    }

    [Fact]
    public async Task Delete_KnownRun_ForgetsItAndItsAttributes()
    {
        await _local.KeepAsync([Run("a", "MyText", "\"words\""), Run("b", "MyInt", "5")]);

        await _local.File.WriteAsync(writer => _local.Visibility.Delete(writer, Ns, string.Empty, "workflow", "a"));
        await _local.File.WriteAsync(writer => _local.Visibility.Delete(writer, Ns, string.Empty, "workflow", "never was"));

        Assert.Equal((1, 0), (Count(string.Empty), Count("MyText = 'words'")));
    }

    [Fact]
    public async Task List_OtherDivision_IsApart()
    {
        await _local.KeepAsync([Run("a", "MyInt", "5")]);
        await _local.KeepAsync([Run("s", "MyInt", "5")], "TemporalScheduler");

        Assert.Equal(["s"], _local.Visibility.List(Ns, "TemporalScheduler", "MyInt = 5", 10, ByteString.Empty).Runs.Select(run => run.Execution.RunId));
        Assert.Equal((1, 1, 2), (Count(string.Empty), Count("TemporalNamespaceDivision = 'TemporalScheduler'"), Count("TemporalNamespaceDivision IS NULL OR MyInt = 5")));
    }

    [Fact]
    public async Task List_OtherNamespace_IsApart()
    {
        await _local.KeepAsync([Run("a", "MyInt", "5")]);

        Assert.Equal(0, _local.Visibility.Count("other", string.Empty, "MyInt = 5").Count);
    }

    [Fact]
    public void List_ForeignToken_IsRefused() => Assert.Equal(
        StatusCode.InvalidArgument,
        Assert.Throws<RpcFailure>(() => _local.Visibility.List(Ns, string.Empty, string.Empty, 10, ByteString.CopyFromUtf8("{"))).Code);

    [Theory]
    [InlineData("say \\\"hi\\\"", "MyKeyword = 'say \"hi\"'")]
    [InlineData("back\\\\slash", "MyKeyword = 'back\\\\slash'")]
    [InlineData("two\\nlines", "MyKeyword = 'two\\nlines'")]
    public async Task Count_SpecialLettersInAKeyword_AreFound(string json, string query)
    {
        await _local.KeepAsync([Run("a", "MyKeyword", $"\"{json}\"")]);

        Assert.Equal(1, Count(query));
    }

    public void Dispose() => _local.Dispose();

    private static WorkflowExecutionInfo Run(string id, string attribute, string json) => new()
    {
        Execution = new() { WorkflowId = "workflow", RunId = id },
        Type = new() { Name = "Type" },
        Status = WorkflowExecutionStatus.Running,
        StartTime = new() { Seconds = 1 },
        SearchAttributes = new() { IndexedFields = { [attribute] = new() { Data = ByteString.CopyFromUtf8(json) } } },
    };

    private long Count(string query) => _local.Visibility.Count(Ns, string.Empty, query).Count;
}
