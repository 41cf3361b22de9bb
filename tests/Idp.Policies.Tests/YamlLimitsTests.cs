namespace Idp.Policies.Tests;

public sealed class YamlLimitsTests
{
    [Fact]
    public void Parse_OneMebibyte_IsRead() => Assert.NotNull(Parse(Padded(1024 * 1024)).Policy);

    [Fact]
    public void Parse_OneByteMore_IsRefused() => Assert.Equal(
        "f:1:1 error IDP1002: the file has 1048577 bytes\n  allowed: at most 1048576", A.Printed(Parse(Padded((1024 * 1024) + 1)).Diagnostics));

    [Theory]
    [InlineData(32, "IDP1010")]
    [InlineData(33, "IDP1003")]
    public void Parse_Nested_IsRefusedBeyond32(int depth, string code)
    {
        // The file's own mapping is the first level.
        var text = $"deep: {new string('[', depth - 1)}{new string(']', depth - 1)}";

        Assert.Contains(Parse(text).Diagnostics, diagnostic => diagnostic.Code == code);
    }

    [Fact]
    public void Parse_AMillionBrackets_SaysWhere() => Assert.Equal(
        "f:1:33 error IDP1003: values are nested too deep here\n  allowed: at most 32 levels",
        A.Printed(Parse(new string('[', 1_000_000)).Diagnostics));

    [Theory]
    [InlineData(49_997, "IDP1010")] // With the file, the key and the list: 50,000.
    [InlineData(49_998, "IDP1004")]
    public void Parse_ManyNodes_IsRefusedBeyond50000(int items, string code) => Assert.Contains(
        Parse($"many: [{string.Concat(Enumerable.Repeat("1,", items))}]").Diagnostics, diagnostic => diagnostic.Code == code);

    [Fact]
    public void Parse_AliasBomb_IsNotExpanded()
    {
        const string Text = """
            a: &a [x, x]
            b: &b [*a, *a]
            c: [*b, *b]
            """;

        Assert.Equal(
            ["1:4 IDP1005", "2:4 IDP1005", "2:8 IDP1005", "2:12 IDP1005", "3:5 IDP1005", "3:9 IDP1005"],
            Parse(Text).Diagnostics.Where(d => d.Code == DiagnosticCodes.Anchor).Select(d => $"{d.Line}:{d.Column} {d.Code}"));
    }

    [Fact]
    public void Parse_ManyMistakes_ReportsTheFirst100()
    {
        var diagnostics = Parse($"a: [{string.Concat(Enumerable.Repeat("*x,", 1_000))}]").Diagnostics;

        Assert.Equal(101, diagnostics.Length);
        Assert.Equal("more than 100 diagnostics; the rest is not shown", diagnostics[^1].Message);
    }

    [Fact]
    public void Parse_ControlCharacters_DoNotReachTheTerminal() => Assert.Equal(
        "unknown field `\\u001b[31m` in the file",
        Parse("\"\\e[31m\": 1").Diagnostics.Single(d => d.Code == DiagnosticCodes.UnknownField).Message);

    private static PolicyParseResult Parse(string text) => PolicyParser.Parse("f", text, A.Regions);

    private static string Padded(int bytes)
    {
        var text = A.PolicyText("    audit_required: true") + "#";
        return text + new string('x', bytes - text.Length);
    }
}
