using Idp.DevServer.Visibility.Conditions;
using Idp.DevServer.Visibility.Language;
using Idp.DevServer.Visibility.Storage;
using Temporalio.Api.Enums.V1;
using Attribute = Idp.DevServer.Visibility.Conditions.Attribute;

namespace Idp.DevServer.Tests.Visibility;

public sealed class LanguageTests
{
    private static readonly Dictionary<string, IndexedValueType> Attributes = new()
    {
        ["WorkflowId"] = IndexedValueType.Keyword,
        ["ExecutionDuration"] = IndexedValueType.Int,
        ["MyInt"] = IndexedValueType.Int,
        ["MyKeyword"] = IndexedValueType.Keyword,
    };

    [Fact]
    public void Parse_AndBesideOr_BindsAndTighter()
    {
        var or = Assert.IsType<OrExpression>(Parser.Parse("a = 1 AND b = 2 OR c = 3").Where);

        Assert.IsType<AndExpression>(or.Left);
        Assert.IsType<ComparisonExpression>(or.Right);
    }

    [Fact]
    public void Parse_NotBeforeComparison_NegatesTheComparisonOnly()
    {
        var and = Assert.IsType<AndExpression>(Parser.Parse("NOT a = 1 AND b = 2").Where);

        Assert.IsType<ComparisonExpression>(Assert.IsType<NotExpression>(and.Left).Inner);
    }

    [Theory]
    [InlineData(190, true)]
    [InlineData(100_000, false)]
    public void Parse_ManyParentheses_EndsAtALimit(int depth, bool isParsed)
    {
        var query = new string('(', depth / 2) + "a = 1" + new string(')', depth / 2);

        Assert.Equal(isParsed, Record.Exception(() => Parser.Parse(query)) is null);
    }

    [Fact]
    public void Parse_ManyNots_EndsAtALimit() =>
        Assert.Throws<QueryException>(() => Parser.Parse(string.Concat(Enumerable.Repeat("NOT ", 100_000)) + "a = 1"));

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-7", -7L)]
    [InlineData("1h", 3_600_000_000_000)]
    [InlineData("1.5h30m", 7_200_000_000_000)]
    [InlineData("2d", 172_800_000_000_000)]
    [InlineData("-5s", -5_000_000_000)]
    [InlineData("3us", 3_000L)]
    [InlineData("01:02:03", 3_723_000_000_000)]
    [InlineData("1:60:00", null)]
    [InlineData("-1:00:00", null)]
    [InlineData("1h ", null)]
    [InlineData("h", null)]
    [InlineData("", null)]
    public void Duration_Text_IsNanoseconds(string text, long? nanoseconds) => Assert.Equal(nanoseconds, DurationText.Parse(text));

    [Theory]
    [InlineData("1970-01-01T00:00:01Z", 1_000_000L)]
    [InlineData("1970-01-01T02:00:01.5+02:00", 1_500_000L)]
    [InlineData("1970-01-01T00:00:00.0000019Z", 1L)]
    [InlineData("1969-12-31T23:59:59.999999Z", -1L)]
    [InlineData("1970-13-01T00:00:00Z", null)]
    [InlineData("1970-01-01T00:00:00", null)]
    [InlineData("1970-01-01", null)]
    public void Time_Text_IsMicroseconds(string text, long? microseconds) => Assert.Equal(microseconds, TimeText.Parse(text));

    [Fact]
    public void Time_BeforeItsMicrosecond_IsCutDown() => Assert.Equal(-1, TimeText.FromNanoseconds(-1));

    [Fact]
    public void Status_ProtocolName_IsKnown() =>
        Assert.Equal(WorkflowExecutionStatus.ContinuedAsNew, StatusName.Parse("WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW"));

    [Theory]
    [InlineData("MyKeyword = 'secret'")]
    [InlineData("WorkflowId IN ('secret', 'x')")]
    [InlineData("WorkflowId STARTS_WITH 'secret'")]
    [InlineData("NOT MyKeyword BETWEEN 'secret' AND 'z'")]
    public void Sql_OfAnyValue_HoldsNoValue(string query)
    {
        var sql = new SqlQuery();

        new ConditionSql(sql).Write(Binder.Bind(Parser.Parse(query), Attributes).Condition!);

        Assert.DoesNotContain("secret", sql.Sql, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_NegatedFraction_StaysAFraction() => Assert.Equal(
        new CompareCondition(new Attribute("MyInt", "MyInt", IndexedValueType.Int), ">", -1.5),
        Binder.Bind(Parser.Parse("MyInt > -1.5"), Attributes).Condition);
}
