using System.Globalization;
using Idp.Policies.Intents;

namespace Idp.Policies.Tests;

public sealed class DataObjectParserTests
{
    [Fact]
    public void Parse_Schema_IsReadInFull()
    {
        var parsed = Parse(
            """
            data_object:
              name: users
              schema:
                placement_key: user_id
                birth_region: us-east-1
                tables:
                  - name: profile
                  - name: app.activity
                reference_tables: [public.country]
              requirements:
                consistency: { level: bounded(5s) }
                compliance: { user_region: EU }
            """);
        var schema = parsed.DataObject!.Schema!;

        Assert.Empty(parsed.Diagnostics);
        Assert.Equal("user_id", schema.PlacementKey);
        Assert.Equal(A.RegionOf("us-east-1"), schema.BirthRegion);
        Assert.Equal(["public.profile", "app.activity"], schema.Tables.Select(table => table.ToString()));
        Assert.Equal(["public.country"], schema.ReferenceTables.Select(table => table.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(5), parsed.DataObject.Requirements.Consistency!.Level.Bound);
        Assert.Equal("EU", parsed.DataObject.Requirements.Compliance!.UserRegion);
    }

    [Theory]
    [InlineData("latency: { p99_target_ms: 0.99 }", "f:5:31 error IDP1014: '0.99' in `requirements.latency.p99_target_ms`\n  allowed: a number from 1 to 60000")]
    [InlineData("latency: { p99_target_ms: 60001 }", "f:5:31 error IDP1014: '60001' in `requirements.latency.p99_target_ms`\n  allowed: a number from 1 to 60000")]
    [InlineData("latency: { p99_target_ms: 9, p50_target_ms: 10 }", "f:5:49 error IDP1020: `requirements.latency.p50_target_ms` is 10, `requirements.latency.p99_target_ms` only 9\n  allowed: at most `requirements.latency.p99_target_ms`")]
    [InlineData("availability: { target_uptime: 1 }", "f:5:36 error IDP1014: '1' in `requirements.availability.target_uptime`\n  allowed: a number from 0.5 to below 1")]
    [InlineData("availability: { target_uptime: 0.49 }", "f:5:36 error IDP1014: '0.49' in `requirements.availability.target_uptime`\n  allowed: a number from 0.5 to below 1")]
    [InlineData("availability: { max_data_loss_minutes: 10081 }", "f:5:44 error IDP1014: '10081' in `requirements.availability.max_data_loss_minutes`\n  allowed: a number from 0 to 10080")]
    [InlineData("consistency: {}", "f:5:5 error IDP1011: field `level` is missing in `requirements.consistency`")]
    [InlineData("consistency: { level: evental }", "f:5:27 error IDP1013: 'evental' in `requirements.consistency.level`\n  did you mean 'eventual'? allowed: 'strong', 'bounded(t)' with t from 1ms to 1h, for example 'bounded(5s)', 'session' (or 'read_your_writes'), 'eventual'")]
    [InlineData("compliance: { clasification: x }", "f:5:19 error IDP1010: unknown field `clasification` in `requirements.compliance`\n  allowed: `data_classification`, `regulations`, `user_region`")]
    [InlineData("cost: { budget_per_day: -1 }", "f:5:29 error IDP1014: '-1' in `requirements.cost.budget_per_day`\n  allowed: a number from 0 to 1000000000")]
    [InlineData("cost: { optimize_for: latency_within_budgets }", "f:5:27 error IDP1013: 'latency_within_budgets' in `requirements.cost.optimize_for`\n  did you mean 'latency_within_budget'? allowed: 'latency_within_budget', 'cost_within_latency'")]
    public void Parse_OneBadRequirement_SaysWhereAndWhatIsAllowed(string requirement, string expected) => AssertOne(
        $"data_object:\n  name: users\n  schema: {{}}\n  requirements:\n    {requirement}\n", expected);

    [Theory]
    [InlineData("{ placement_key: id }", "f:3:3 error IDP1011: field `tables` is missing in `schema`")]
    [InlineData("{ tables: [{ name: a }] }", "f:3:3 error IDP1011: field `placement_key` is missing in `schema`")]
    [InlineData("{ placement_key: 'a b', tables: [{ name: a }] }", "f:3:28 error IDP1019: 'a b' is not a column name in `schema.placement_key`\n  allowed: 1 to 63 characters of A-Z, a-z, 0-9, '_' or '$', beginning with a letter or '_'")]
    [InlineData("{ placement_key: id, tables: [{}] }", "f:3:41 error IDP1011: field `name` is missing in `schema.tables`")]
    [InlineData("{ placement_key: id, tables: [a] }", "f:3:41 error IDP1012: 'a' in `schema.tables`\n  allowed: a mapping")]
    [InlineData("{ placement_key: id, tables: [{ name: a.b.c }] }", "f:3:49 error IDP1019: 'a.b.c' is not a table name in `schema.tables.name`\n  allowed: table or schema.table, each 1 to 63 characters of A-Z, a-z, 0-9, '_' or '$', beginning with a letter or '_'")]
    [InlineData("{ placement_key: id, tables: [{ name: a }], reference_tables: [public.a] }", "f:3:74 error IDP1016: table 'public.a' in `schema.reference_tables` is already declared\n  allowed: each table once, in `tables` or in `reference_tables`")]
    [InlineData("{ placement_key: id, tables: [{ name: a }], birth_region: eu-west-2 }", "f:3:69 error IDP1017: 'eu-west-2' is not a known region in `schema.birth_region`\n  did you mean 'eu-west-1'? allowed: 'ap-south-1', 'ch-west-1', 'eu-central-1', 'eu-north-1', 'eu-west-1', 'uk-south-1', 'us-east-1', 'us-west-2'")]
    [InlineData("{ placement_key: id, tables: [{ name: a }], brth_region: us-east-1 }", "f:3:55 error IDP1010: unknown field `brth_region` in `schema`\n  did you mean `birth_region`? allowed: `placement_key`, `birth_region`, `tables`, `reference_tables`")]
    public void Parse_OneBadSchemaField_SaysWhereAndWhatIsAllowed(string schema, string expected) => AssertOne(
        $"data_object:\n  name: users\n  schema: {schema}\n  requirements: {{}}\n", expected);

    [Fact]
    public void Parse_BadDatasetName_SaysWhatIsAllowed() => AssertOne(
        "data_object: { name: Users!, schema: {}, requirements: {} }",
        "f:1:22 error IDP1019: 'Users!' is not a dataset name in `name`\n  allowed: 1 to 63 characters of a-z, 0-9, '-', '_' or '.', beginning with a letter or digit");

    [Theory]
    [InlineData("strong", "strong")]
    [InlineData("session", "session")]
    [InlineData("read_your_writes", "session")]
    [InlineData("eventual", "eventual")]
    [InlineData("bounded(1ms)", "bounded(1ms)")]
    [InlineData("bounded(1h)", "bounded(3600000ms)")]
    [InlineData("bounded(2m)", "bounded(120000ms)")]
    [InlineData("bounded(0s)", null)]
    [InlineData("bounded(61m)", null)]
    [InlineData("bounded(5)", null)]
    [InlineData("bounded(-5s)", null)]
    [InlineData("bounded()", null)]
    [InlineData("bounded(", null)]
    [InlineData("bounded(99999999999s)", null)]
    [InlineData("Strong", null)]
    public void ConsistencyLevel_Text_ReadsOrRefuses(string text, string? expected)
    {
        var valid = ConsistencyLevel.TryParse(text, CultureInfo.InvariantCulture, out var level);

        Assert.Equal(expected, valid ? level.ToString() : null);
        Assert.True(!valid || ConsistencyLevel.Parse(level.ToString(), CultureInfo.InvariantCulture) == level);
    }

    private static DataObjectParseResult Parse(string text) => DataObjectParser.Parse("f", text, A.Regions);

    private static void AssertOne(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(Parse(text).Diagnostics).ToString());
}
