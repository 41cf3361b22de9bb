using Idp.Advise.Traces;

namespace Idp.Advise.Tests;

public sealed class OtlpTraceReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_StableAndOlderConventions_BecomeDemand()
    {
        var log = await ReadAsync(
            Export("eu-west-1", Span("1772366400000000000", ("db.system.name", "postgresql"), ("db.operation.name", "SELECT"), ("user.id", "a")))
            + Export("us-east-1", Span("1772366400000000000", ("db.system", "postgresql"), ("db.statement", "UPDATE users SET x = 1"), ("user.id", "a"))));

        Assert.Equal([new DemandCell(12, 0, 0, 1), new DemandCell(12, 3, 1, 0)], log.Objects.Single().Cells);
    }

    [Fact]
    public async Task Read_OtherSpans_AreSkippedNotBad()
    {
        var log = await ReadAsync(
            Export("eu-west-1", Span("1772366400000000000", ("http.request.method", "GET")))
            + Export("eu-west-1", Span("1772366400000000000", ("db.system.name", "postgresql"), ("db.operation.name", "INSERT"), ("db.collection.name", "orders"))));

        Assert.Equal((1, 0), ((int)log.Summary.Rows, (int)log.Summary.BadRows));
        Assert.Equal("orders", log.Objects.Single().Name);
    }

    [Fact]
    public async Task Read_Batch_CountsItsOperations()
    {
        var log = await ReadAsync(Export("eu-west-1", Span("1772366400000000000", ("db.system.name", "postgresql"), ("db.operation.name", "INSERT"), ("user.id", "a")).Replace(
            "\"attributes\":[", "\"attributes\":[{\"key\":\"db.operation.batch.size\",\"value\":{\"intValue\":\"25\"}},", StringComparison.Ordinal)));

        Assert.Equal(25, log.Objects.Single().Cells.Single().Writes);
    }

    [Fact]
    public async Task Read_KeyAndRegionAttributes_CanBeNamed()
    {
        var settings = A.Settings with { KeyColumn = "app.tenant", RegionColumn = "edge" };
        var log = await ReadAsync(Export("eu-west-1", Span("1772366400000000000", ("db.system.name", "x"), ("db.operation.name", "get"), ("app.tenant", "t7"), ("edge", "ap-south-1"))), settings);

        Assert.Equal(("t7", 5), (log.Objects.Single().Name, log.Objects[0].Cells.Single().Region));
    }

    [Theory]
    [InlineData("{\"resourceSpans\":[", "not JSON")]
    [InlineData("hello\n", "log.json, line 1, column 1: not JSON")]
    [InlineData("{}\n{\"resourceLogs\":[]}", "2 exports without a database span")]
    [InlineData("[1,2]\n3\n", "2 exports without a database span")]
    public async Task Read_UnusableFile_SaysWhatIsExpected(string text, string expected) =>
        Assert.Contains(expected, (await Assert.ThrowsAsync<TraceException>(() => ReadAsync(text))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Read_SpanWithoutKey_IsBadAndNamed()
    {
        var failure = await Assert.ThrowsAsync<TraceException>(() => ReadAsync(Export("eu-west-1", Span("1772366400000000000", ("db.system.name", "x"), ("db.operation.name", "get")))));

        Assert.Contains("export 1, span 1, attribute 'idp.object': ''; expected 1 to 264 characters in idp.object or tenant.id", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"key\":7,\"value\":{\"stringValue\":\"x\"}},", 0)] // Not a name, so not ours.
    [InlineData("{\"key\":\"db.statement\",\"value\":{\"stringValue\":\"SELECT '\\ud83d\"}},", 1)] // A statement that was cut within a character.
    public async Task Read_OddAttribute_CostsItsSpanAtMost(string attribute, int bad)
    {
        (string, string)[] attributes = [("db.system.name", "x"), ("user.id", "a")];
        var odd = Span("1772366400000000000", [.. attributes, .. bad == 0 ? [("db.operation.name", "get")] : Array.Empty<(string, string)>()])
            .Replace("\"attributes\":[", $"\"attributes\":[{attribute}", StringComparison.Ordinal);
        var sound = Export("eu-west-1", Span("1772366400000000000", [.. attributes, ("db.operation.name", "get")]));

        var log = await ReadAsync(Export("eu-west-1", odd) + string.Concat(Enumerable.Repeat(sound, 200)));

        Assert.Equal((201, bad), ((int)log.Summary.Rows, (int)log.Summary.BadRows));
    }

    private static Task<DemandLog> ReadAsync(string text, TraceSettings? settings = null) =>
        new OtlpTraceReader(settings ?? A.Settings).ReadAsync(A.Text(text), "log.json", null, Token);

    private static string Export(string region, string span) =>
        $"{{\"resourceSpans\":[{{\"resource\":{{\"attributes\":[{{\"key\":\"cloud.region\",\"value\":{{\"stringValue\":\"{region}\"}}}}]}},"
        + $"\"scopeSpans\":[{{\"scope\":{{}},\"spans\":[{span}]}}]}}]}}\n";

    private static string Span(string start, params (string Key, string Value)[] attributes)
    {
        var listed = string.Join(',', attributes.Select(entry => $"{{\"key\":\"{entry.Key}\",\"value\":{{\"stringValue\":\"{entry.Value}\"}}}}"));
        return $"{{\"name\":\"op\",\"kind\":3,\"startTimeUnixNano\":\"{start}\",\"attributes\":[{listed}]}}";
    }
}
