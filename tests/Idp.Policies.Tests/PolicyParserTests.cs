using CsCheck;

namespace Idp.Policies.Tests;

public sealed class PolicyParserTests
{
    [Fact]
    public void Parse_MisspeltRegion_PrintsPlaceAndSuggestion()
    {
        var text = A.ShippedText("Catalog/gdpr-eu-residency.yaml").Replace("eu-west-1", "eu-wst-1", StringComparison.Ordinal);

        var parsed = PolicyParser.Parse("gdpr-eu.yaml", text, A.Regions);

        Assert.Null(parsed.Policy);
        Assert.Equal(
            """
            gdpr-eu.yaml:8:25 error IDP1017: 'eu-wst-1' is not a known region in `requirements.primary_location.allowed_regions`
              did you mean 'eu-west-1'?
            """,
            A.Printed(parsed.Diagnostics));
    }

    // A policy travels between deployments: what is no slip of the pen only warns.
    [Theory]
    [InlineData("eu-wst-1", "eu-west-1", "error IDP1017")]
    [InlineData("eu-wets-1", "eu-west-1", "error IDP1017")]
    [InlineData("eu-westt-1", "eu-west-1", "error IDP1017")]
    [InlineData("eu-west-2", "eu-west-1", "warning IDP1018")]
    [InlineData("us-east1", "us-east-1", "warning IDP1018")]
    [InlineData("us-east-1", "us-west-1", "warning IDP1018")]
    [InlineData("af-south-1", "ap-south-1", "warning IDP1018")]
    [InlineData("mars-*", "eu-west-1", "warning IDP1018")]
    public void Parse_RegionNotConfigured_WarnsUnlessMisspelt(string written, string configured, string expected)
    {
        var parsed = PolicyParser.Parse(
            "f", A.PolicyText($"    replication: {{ allowed_regions: [\"{written}\"] }}"), A.RegionsOf(configured));

        Assert.Contains($" {expected}: ", Assert.Single(parsed.Diagnostics).ToString(), StringComparison.Ordinal);
        Assert.Equal(expected.StartsWith("error", StringComparison.Ordinal), parsed.Policy is null);
    }

    [Fact]
    public void Parse_NumberedNeighbour_WarnsWithSuggestion() => AssertOne(
        A.PolicyText("    replication: { allowed_regions: [eu-west-3] }"),
        """
        f:5:38 warning IDP1018: 'eu-west-3' matches no configured region in `requirements.replication.allowed_regions`
          did you mean 'eu-west-1'?
        """);

    [Theory]
    [InlineData("    replcation: {}", "f:5:5 error IDP1010: unknown field `replcation` in `requirements`\n  did you mean `replication`? allowed: `primary_location`, `replication`, `cross_border_transfers`, `deletion`, `audit_required`, `encryption`, `access_control`, `audit`, `daily_budget`, `optimization`, `when_over_budget`")]
    [InlineData("    optimization: { zzz: 1 }", "f:5:21 error IDP1010: unknown field `zzz` in `requirements.optimization`\n  allowed: `prioritize`")]
    [InlineData("    replication: {}", "f:5:5 error IDP1011: neither `allowed_regions` nor `prohibited_regions` is given in `requirements.replication`")]
    [InlineData("    replication: []", "f:5:18 error IDP1012: a list in `requirements.replication`\n  allowed: a mapping")]
    [InlineData("    replication:", "f:5:17 error IDP1012: nothing in `requirements.replication`\n  allowed: a mapping")]
    [InlineData("    replication: { allowed_regions: eu-* }", "f:5:37 error IDP1012: 'eu-*' in `requirements.replication.allowed_regions`\n  allowed: a list")]
    [InlineData("    replication: { allowed_regions: [] }", "f:5:37 error IDP1015: a list of 0 in `requirements.replication.allowed_regions`\n  allowed: 1 to 200 items")]
    [InlineData("    replication: { allowed_regions: [eu-*, eu-*] }", "f:5:44 error IDP1016: 'eu-*' stands twice in `requirements.replication.allowed_regions`")]
    [InlineData("    replication: { allowed_regions: ['EU West'] }", "f:5:38 error IDP1019: 'EU West' is not a region name or glob in `requirements.replication.allowed_regions`\n  allowed: 1 to 63 characters of a-z, 0-9, '-', '_', '.' or '*'")]
    [InlineData("    replication: { allowed_regions: [{}] }", "f:5:38 error IDP1012: a mapping in `requirements.replication.allowed_regions`\n  allowed: text")]
    [InlineData("    audit_required: yes", "f:5:21 error IDP1012: 'yes' in `requirements.audit_required`\n  allowed: true or false, without quotes")]
    [InlineData("    deletion: { max_retention_days: 0 }", "f:5:37 error IDP1014: '0' in `requirements.deletion.max_retention_days`\n  allowed: a whole number from 1 to 36500")]
    [InlineData("    deletion: { max_retention_days: \"90\" }", "f:5:37 error IDP1012: '90' in `requirements.deletion.max_retention_days`\n  allowed: a whole number from 1 to 36500, without quotes")]
    [InlineData("    deletion: { max_retention_days: 1.5 }", "f:5:37 error IDP1012: '1.5' in `requirements.deletion.max_retention_days`\n  allowed: a whole number from 1 to 36500, without quotes")]
    [InlineData("    optimization: { prioritize: latancy }", "f:5:33 error IDP1013: 'latancy' in `requirements.optimization.prioritize`\n  did you mean 'latency'? allowed: 'latency', 'cost', 'availability'")]
    [InlineData("    optimization: { prioritize: ' ' }", "f:5:33 error IDP1015: ' ' in `requirements.optimization.prioritize`\n  allowed: 1 to 200 characters, not all blank, none of them a control character")]
    [InlineData("    daily_budget: { soft_limit: 2, hard_limit: 1.50 }", "f:5:33 error IDP1020: `requirements.daily_budget.soft_limit` is 2, `requirements.daily_budget.hard_limit` only 1.5\n  allowed: at most `requirements.daily_budget.hard_limit`")]
    [InlineData("    audit: { tamper_proof: true, tamper_proof: true }", "f:5:34 error IDP1008: field `tamper_proof` was already given at 5:14")]
    [InlineData("    audit_required: !!bool true", "f:5:21 error IDP1006: tag 'tag:yaml.org,2002:bool'\n  allowed: the value itself, without a tag")]
    [InlineData("    audit_required: &a true", "f:5:21 error IDP1005: anchor '&a'\n  allowed: the value itself, written out")]
    [InlineData("    [1, 2]: true", "f:5:5 error IDP1012: a list stands where a field name belongs")]
    public void Parse_OneMistake_SaysWhereAndWhatIsAllowed(string requirements, string expected) =>
        AssertOne(A.PolicyText(requirements), expected);

    [Theory]
    [InlineData("", "f:1:1 error IDP1009: the file is empty")]
    [InlineData("[]", "f:1:1 error IDP1012: a list in the file\n  allowed: a mapping")]
    [InlineData("polcy: {}", "f:1:1 error IDP1011: field `policy` is missing in the file\nf:1:1 error IDP1010: unknown field `polcy` in the file\n  did you mean `policy`? allowed: `policy`")]
    [InlineData("policy: {", "f:2:1 error IDP1001: not valid YAML: While parsing a node, did not find expected node content.")]
    [InlineData("a: \"\\UFFFFFFFF\"", "f:1:1 error IDP1001: not valid YAML: what follows this cannot be read")]
    public void Parse_NoPolicyAtAll_SaysSo(string text, string expected) =>
        Assert.Equal(expected, A.Printed(PolicyParser.Parse("f", text, A.Regions).Diagnostics));

    [Fact]
    public void Parse_SecondDocument_IsRefused() => AssertOne(
        A.PolicyText("    audit_required: true") + "---\nmore: 1\n", "f:7:1 error IDP1007: a second document begins here\n  allowed: one document a file");

    [Fact]
    public void Parse_SeveralMistakes_ReportsAllInTheOrderOfTheFile()
    {
        const string Text = """
            policy:
              nmae: "X"
              applies_to:
                data_classification: ["a"]
              requirements:
                deletion: { max_retention_days: -1 }
                replication:
                  allowed_regions: [eu-wst-1, mars-1]
              enforcement: "hrad"
              priority: urgent
            """;

        Assert.Equal(
            """
            f:1:1 error IDP1011: field `name` is missing in `policy`
            f:2:3 error IDP1010: unknown field `nmae` in `policy`
              did you mean `name`? allowed: `name`, `applies_to`, `requirements`, `enforcement`, `priority`
            f:4:26 error IDP1012: a list in `applies_to.data_classification`
              allowed: text
            f:6:37 error IDP1014: '-1' in `requirements.deletion.max_retention_days`
              allowed: a whole number from 1 to 36500
            f:8:25 error IDP1017: 'eu-wst-1' is not a known region in `requirements.replication.allowed_regions`
              did you mean 'eu-west-1'?
            f:8:35 warning IDP1018: 'mars-1' matches no configured region in `requirements.replication.allowed_regions`
              configured: 'eu-west-1'
            f:9:16 error IDP1013: 'hrad' in `enforcement`
              did you mean 'hard'? allowed: 'hard', 'soft'
            f:10:13 error IDP1013: 'urgent' in `priority`
              allowed: 'low', 'medium', 'high', 'critical'
            """,
            A.Printed(PolicyParser.Parse("f", Text, A.RegionsOf("eu-west-1")).Diagnostics));
    }

    [Fact]
    public void Parse_AnyDamage_NeverThrows()
    {
        var text = A.ShippedText("Catalog/gdpr-eu-residency.yaml");
        var written = Gens.OneOf("[]{}:-#&*!|>'\"%@\\ \n\t,?xU0\0\uD800".ToCharArray()).Array[0, 8].Select(characters => new string(characters));

        Gen.Select(Gen.Int[0, text.Length - 1], Gen.Int[0, 20], written).Sample(
            (at, length, with) =>
            {
                var damaged = string.Concat(text.AsSpan(0, at), with, text.AsSpan(Math.Min(text.Length, at + length)));
                var parsed = PolicyParser.Parse("f", damaged, A.Regions);
                return parsed.Policy is null == parsed.Diagnostics.Any(found => found.Severity == DiagnosticSeverity.Error);
            },
            iter: 5_000);
    }

    private static void AssertOne(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(PolicyParser.Parse("f", text, A.Regions).Diagnostics).ToString());
}
