using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using Idp.Core;
using Idp.Simulation.Traces;

namespace Idp.Simulation.Tests;

public sealed class TraceReaderTests
{
    private const string Header = "unix_time,region,user,object,op\n";

    private static readonly TraceReader Reader = new([RegionId.Parse("eu-central-1"), RegionId.Parse("us-east-1")]);

    [Fact]
    public void Read_PlainOrCompressed_GivesTheSame()
    {
        var text = Encoding.UTF8.GetBytes(Header + "10,us-east-1,ada,7,update\n11,me-south-1,bob,8,insert\n");
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(text);
        }

        compressed.Position = 0;
        var accesses = Reader.Read(compressed).ToArray();

        Assert.Equal(accesses, Reader.Read(new MemoryStream(text)));
        Assert.Equal(new Access(DateTimeOffset.FromUnixTimeSeconds(10), RegionId.Parse("us-east-1"), "ada", "7", AccessKind.Update), accesses[0]);
        Assert.Equal("eu-central-1", accesses[1].Region.Value); // Stands in for me-south-1.
    }

    [Theory]
    [InlineData("10,us-east-1,ada,7", "4 cells")]
    [InlineData("ten,us-east-1,ada,7,update", "'ten' is not a time in seconds since 1970")]
    [InlineData("-1,us-east-1,ada,7,update", "'-1' is not a time in seconds since 1970")]
    [InlineData("99999999999999999,us-east-1,ada,7,update", "is not a time in seconds since 1970")]
    [InlineData("10,mars-1,ada,7,update", "'mars-1' is not one of eu-central-1, us-east-1, me-south-1")]
    [InlineData("10,us-east-1,,7,update", "user and object need 1 to 200 characters")]
    [InlineData("10,us-east-1,ada,7,read", "'read' is not insert, update or delete")]
    [InlineData("8,us-east-1,ada,7,update", "earlier than the line before it (9)")]
    [InlineData("", "1 cells")]
    public void Read_MalformedLine_NamesNumberTextAndWhatIsExpected(string line, string fault)
    {
        var error = Assert.Throws<FormatException>(() => Read(Header + "9,us-east-1,ada,7,update\n" + line + "\n"));

        Assert.StartsWith($"Trace, line 3: '{line}': ", error.Message, StringComparison.Ordinal);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("expected unix_time,region,user,object,op, for example 1617235200,eu-west-1,4d36998b,17,update.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("time,region,user,object,op\n")]
    public void Read_NoHeader_IsRefused(string text) =>
        Assert.StartsWith("Trace, line 1: ", Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void SampleData_Trace_IsComplete()
    {
        var roundTrips = SampleData.RoundTrips();
        var count = new TraceReader(roundTrips.Regions).Read(SampleData.OpenTrace()).Count();

        Assert.Equal(189_922, count);
        Assert.Equal(roundTrips.Regions, SampleData.Regions().Select(region => region.Id));
        Assert.Equal(["US", "US", "BR", "EU", "EU", "IN", "SG", "JP", "AU"], SampleData.Regions().Select(region => region.Jurisdiction));
        Assert.Equal(0.138m, SampleData.Regions()[2].Prices.EgressUsdPerGb);
    }

    private static ImmutableArray<Access> Read(string text) => [.. Reader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)))];
}
