using System.Collections.Immutable;
using Idp.Advise.Traces;
using Idp.Core;

namespace Idp.Advise.Tests;

public sealed class CsvTraceReaderTests
{
    private const string Header = "timestamp,region,object,op\n";
    private const string Row = "2026-03-01T12:00:00Z,eu-west-1,users/a,get\n";

    [Fact]
    public void Read_RowsInAnyOrder_BecomeHourlyDemandFromTheFirstMidnight()
    {
        var log = A.Csv(Header + "2026-03-02T01:59:59Z,EU-WEST-1,a,DELETE\n" + Row.Replace("users/a", "a", StringComparison.Ordinal) + "1772366400,us-east-1,b,read\n");

        Assert.Equal(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), log.From);
        Assert.Equal(26, log.Hours);
        Assert.Equal(["a", "b"], log.Objects.Select(entry => entry.Name));
        Assert.Equal([new DemandCell(12, 3, 1, 0), new DemandCell(25, 3, 0, 1)], log.Objects[0].Cells);
        Assert.Equal(new DemandCell(12, 0, 1, 0), log.Objects[1].Cells.Single());
    }

    [Theory]
    [InlineData("op,object,region,ts\nget,a,eu-west-1,1772366400\n")]
    [InlineData("TS;Client_Region;USER_ID;METHOD\n1772366400000;eu-west-1;a;GET\n")]
    [InlineData("time\tregion\ttenant\toperation\r\n2026-03-01 12:00:00\teu-west-1\ta\tSELECT * FROM x\r\n")]
    [InlineData("date,time,region,user,op\n2026-03-01,12:00:02,eu-west-1,a,get\n")]
    [InlineData("date,region,user,op\n2026-03-01T12:00:02.1234567Z,eu-west-1,a,get\n")]
    [InlineData("unix_time,region,key,op,note\n1772366400,\"eu-west-1\",\"a\",get,\"a \"\"quoted\"\", note\"\n")]
    public void Read_CommonForms_AreUnderstood(string text)
    {
        var log = A.Csv(text);

        Assert.Equal("a", log.Objects.Single().Name);
        Assert.Equal(new DemandCell(12, 3, 1, 0), log.Objects[0].Cells.Single());
        Assert.Equal(0, log.Summary.BadRows);
    }

    [Theory]
    [InlineData("12:00:02")]
    [InlineData("12:00:02.1234")]
    [InlineData("Mar 1")] // Of which year, depends on the day of the run.
    public void Read_TimeWithoutItsDay_IsBad(string time) =>
        Assert.Throws<TraceException>(() => A.Csv($"time,region,user,op\n{time},eu-west-1,a,get\n"));

    [Theory]
    [InlineData("-Infinity")]
    [InlineData("Infinity")]
    [InlineData("NaN")]
    [InlineData("-1")]
    public void Read_CountThatIsNone_IsBad(string count) =>
        Assert.Throws<TraceException>(() => A.Csv($"ts,region,user,op,count\n1772366400,eu-west-1,a,get,{count}\n"));

    [Fact]
    public void Read_QuotedKey_KeepsDelimiterAndQuotes() =>
        Assert.Equal("say \"hi\", you", A.Csv(Header + "1772366400,eu-west-1,\"say \"\"hi\"\", you\",get\n").Objects.Single().Name);

    [Fact]
    public void Read_Gzip_IsToldByItsFirstBytes()
    {
        var log = new CsvTraceReader(A.Settings).Read(A.Gzipped(Header + Row), "log.csv", null, TestContext.Current.CancellationToken);

        Assert.Equal(1, log.Operations);
    }

    [Fact]
    public void Read_DamagedGzip_SaysSo()
    {
        var packed = A.Gzipped(Header + string.Concat(Enumerable.Range(0, 5_000).Select(i => Row.Replace("users/a", $"users/{i * 7919}", StringComparison.Ordinal)))).ToArray();
        packed.AsSpan(packed.Length / 2, 200).Fill(0xff);

        var failure = Assert.Throws<TraceException>(() => new CsvTraceReader(A.Settings).Read(new MemoryStream(packed), "log.gz", null, TestContext.Current.CancellationToken));

        Assert.Contains("log.gz", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("\n\n", "the file is empty")]
    [InlineData("a,b,c\n1,2,3\n", "line 1: no column for the time; the header has 'a', 'b', 'c', expected one of timestamp, time")]
    [InlineData("time,object\n", "no column for the caller's region")]
    [InlineData("time,region,thing\n", "or name it with --key")]
    [InlineData(Header, "no usable row")]
    [InlineData(Header + "yesterday,eu-west-1,a,get\n", "line 2, column 'timestamp': 'yesterday'; expected seconds, milliseconds")]
    [InlineData(Header + "1772366400,eu-west-1,,get\n", "line 2, column 'object': ''; expected 1 to 264 characters")]
    [InlineData(Header + "1772366400,eu-west-1,a,frobnicate\n", "line 2, column 'op': 'frobnicate'; expected a word such as read")]
    [InlineData(Header + "1772366400,eu-west-1,a\n", "line 2: '1772366400,eu-west-1,a'; expected 4 fields as in the header")]
    [InlineData(Header + "1772366400,eu-west-1,\"a,get\n", "line 2: ")]
    [InlineData(Header + "1772366400,mars-1,a,get\n", "mars-1 (1 rows); say which known region each is near to, for example --map-region mars-1=us-east-1")]
    public void Read_UnusableFile_NamesPlaceValueAndExpectation(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<TraceException>(() => A.Csv(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_HugeLine_NamesTheLimit()
    {
        var failure = Assert.Throws<TraceException>(() => A.Csv(Header + Row + new string('x', 70_000)));

        Assert.Equal("log.csv, line 3: more than 65,536 characters; expected an access log with one access a line.", failure.Message);
    }

    [Fact]
    public void Read_LineOfExactlyTheLimit_IsRead()
    {
        var settings = A.Settings with { MaxLineChars = Header.Length + 20 };
        var key = new string('k', settings.MaxLineChars - "1772366400,eu-west-1,,get".Length);

        Assert.Equal(key, A.Csv(Header + $"1772366400,eu-west-1,{key},get\n", settings).Objects.Single().Name);
        Assert.Throws<TraceException>(() => A.Csv(Header + $"1772366400,eu-west-1,{key}kk,get\n", settings));
    }

    [Fact]
    public void Read_FewBadRows_AreCountedAndShown()
    {
        var log = A.Csv(Header + string.Concat(Enumerable.Repeat(Row, 98)) + "never,eu-west-1,a,get\n1772366400,atlantis-1,a,get\n");

        Assert.Equal((100, 1, 98), (log.Summary.Rows, log.Summary.BadRows, (int)log.Operations));
        Assert.Equal(["line 100, column 'timestamp': 'never'; expected seconds, milliseconds, microseconds or nanoseconds since 1970, or ISO 8601 such as 2026-03-01T12:00:00Z"], log.Summary.BadExamples);
        Assert.Equal([new RegionRows("atlantis-1", 1)], log.Summary.UnknownRegions);
    }

    [Fact]
    public void Read_TooManyBadRows_Stops()
    {
        var failure = Assert.Throws<TraceException>(() => A.Csv(Header + string.Concat(Enumerable.Repeat(Row, 90)) + string.Concat(Enumerable.Repeat("x,eu-west-1,a,get\n", 10))));

        Assert.StartsWith("log.csv: 10 of 100 rows cannot be used, limit 5", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooManyObjects_NamesTheKeyOption()
    {
        var failure = Assert.Throws<TraceException>(() => A.Csv(Header + Row + Row.Replace("users/a", "b", StringComparison.Ordinal), A.Settings with { MaxObjects = 1 }));

        Assert.Contains("more than 1 different objects; name the column that says whose data it is with --key", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MappedRegion_CountsAsTheKnownOne()
    {
        var settings = A.Settings with { RegionNames = ImmutableDictionary.Create<string, RegionId>(StringComparer.OrdinalIgnoreCase).Add("Frankfurt", RegionId.Parse("eu-central-1")) };

        Assert.Equal(4, A.Csv(Header + "1772366400,frankfurt,a,get\n", settings).Objects.Single().Cells.Single().Region);
    }

    [Fact]
    public void Read_WithoutOperations_SplitsByTheAssumedShare()
    {
        var log = A.Csv("time,region,user,n\n1772366400,eu-west-1,a,50\n", A.Settings with { WriteShare = 0.2 });

        Assert.False(log.Summary.HasOperations);
        Assert.Equal(new DemandCell(12, 3, 40, 10), log.Objects.Single().Cells.Single());
    }

    [Fact]
    public void Read_CountsReadsWritesAndBytes_AreUsed()
    {
        var log = A.Csv("time,region,user,reads,writes,bytes\n1772366400,eu-west-1,a,50,2,100\n1772366401,eu-west-1,a,1,0,300\n");

        Assert.Equal(new DemandCell(12, 3, 51, 2), log.Objects.Single().Cells.Single());
        Assert.Equal(200, log.Summary.AnswerBytes);
    }

    [Fact]
    public void Read_LogOfWritesOnly_MayStandForReadsToo() =>
        Assert.Equal(new DemandCell(12, 3, 9, 1), A.Csv(Header + "1772366400,eu-west-1,a,update\n", A.Settings with { ReadsPerWrite = 9 }).Objects.Single().Cells.Single());

    [Fact]
    public void Read_LongLog_KeepsTheLastDays()
    {
        var log = A.Csv(Header + Row + "2026-03-05T03:00:00Z,eu-west-1,users/a,get\n", A.Settings with { Days = 2 });

        Assert.Equal((new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero), 28, 1L), (log.From, log.Hours, log.Summary.OutsideRows));
        Assert.Equal([new DemandCell(27, 3, 1, 0)], log.Objects.Single().Cells);
    }

    [Fact]
    public void Read_Until_EndsBeforeThatDay()
    {
        var settings = A.Settings with { Days = 2, Until = new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero) };
        var log = A.Csv(Header + Row + "2026-03-04T23:59:00Z,eu-west-1,users/a,get\n2026-03-05T00:00:00Z,eu-west-1,users/a,get\n", settings);

        Assert.Equal((new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero), 48, 2L), (log.From, log.Hours, log.Summary.OutsideRows));
        Assert.Contains("no access before 2026-03-01; the first is of 2026-03-01", Assert.Throws<TraceException>(() =>
            A.Csv(Header + Row, settings with { Until = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero) })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Cancelled_Stops()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => new CsvTraceReader(A.Settings).Read(A.Text(Header + string.Concat(Enumerable.Repeat(Row, 2_000))), "log.csv", null, cancelled.Token));
    }
}
