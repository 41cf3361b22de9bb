using System.Text.RegularExpressions;

namespace Idp.Architecture.Tests;

public sealed class SourceFileTests
{
    private const int MaxLines = 400;
    private const int MaxCompanionLines = 25;

    // Each with its reason; a new one needs a better one.
    private static readonly string[] Companions =
    [
        "cli/Demo/Ledger.cs: RowLedger", // A row and its turn: public only because the ledger hands rows out, and made by nobody else.
    ];

    private static readonly Regex TopLevelType = new(
        @"^public (?:(?:static|sealed|abstract|partial|readonly|ref|unsafe) )*(?<kind>record struct|record class|class|record|struct|interface|enum) (?<name>\w+)",
        RegexOptions.Multiline);

    private static readonly Regex OpenTask = new(@"\bTODO\b(?!.*#\d+)");

    [Fact]
    public void Files_Code_HaveAtMost400Lines() => Repository.AssertNone(
        from path in Repository.CSharp
        let lines = Repository.Read(path).Count(character => character == '\n')
        where lines > MaxLines
        select $"{path}: {lines} lines, limit {MaxLines}");

    [Fact]
    public void Files_Code_HaveOnePublicTypeNamedAfterThem() =>
        Repository.AssertNone(Repository.CSharp.SelectMany(path => TypeViolations(path, Repository.Read(path))));

    [Theory]
    [InlineData("core/Other.cs", "public sealed class Thing\n{\n}\n", "Thing must be in Thing.cs")]
    [InlineData("core/Thing.cs", "public sealed class Thing\n{\n}\n\npublic sealed class Second\n{\n}\n", "Second must be in Second.cs")]
    [InlineData("workflows/Contracts/ThingMessages.cs", "public sealed record First(int A);\n\npublic sealed class Second;\n", "Second must be in Second.cs")]
    public void TypeViolations_PlantedType_IsFound(string path, string text, string expected) =>
        Assert.Contains(TypeViolations(path, text), violation => violation.EndsWith(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("core/Thing.cs", "public sealed record Thing(Part Part);\n\npublic sealed record Part(int A);\n")]
    [InlineData("core/Thing.Part.cs", "public sealed partial class Thing\n{\n}\n")]
    [InlineData("workflows/Contracts/ThingMessages.cs", "public sealed record First(int A);\n\npublic sealed record Second(int B);\n")]
    public void TypeViolations_CompanionsPartsAndMessages_AreFine(string path, string text) => Assert.Empty(TypeViolations(path, text));

    [Fact]
    public void Files_Text_HaveNoOpenTaskWithoutItsIssue() => Repository.AssertNone(
        from path in Repository.Files
        where !path.EndsWith(".md", StringComparison.Ordinal) && Path.GetFileName(path) != $"{nameof(SourceFileTests)}.cs"
        from line in Repository.Lines(path)
        where OpenTask.IsMatch(line.Text)
        select $"{path}:{line.Number}: an open task names its issue: {line.Text.Trim()}");

    [Fact]
    public void Files_Text_HaveNoTrailingWhitespace() => Repository.AssertNone(
        from path in Repository.Files
        where !path.EndsWith("packages.lock.json", StringComparison.Ordinal)
            && !path.StartsWith("tests/Idp.DevServer.Tests/Visibility/", StringComparison.Ordinal) // What was asked and answered, as it was.
        from line in Repository.Lines(path)
        where line.Text.Length > 0 && char.IsWhiteSpace(line.Text[^1])
        select $"{path}:{line.Number}: trailing white space");

    [Fact]
    public void Editorconfig_EveryRuleTurnedOff_HasItsReasonAbove() => Repository.AssertNone(
        from path in Repository.Files
        where Path.GetFileName(path) == ".editorconfig"
        from violation in UnexplainedRules(path, Repository.Read(path))
        select violation);

    [Fact]
    public void UnexplainedRules_PlantedRule_IsFound()
    {
        const string planted = "# Why.\ndotnet_diagnostic.CA1.severity = none\ndotnet_diagnostic.CA2.severity = none\n\ndotnet_diagnostic.CA3.severity = none\n";

        Assert.Equal([".editorconfig:5: dotnet_diagnostic.CA3.severity = none has no reason above it"], UnexplainedRules(".editorconfig", planted));
    }

    // The first type is named after the file. Beside it may stand data that only it makes sense of: small records and
    // enums without behaviour of their own. A *Messages.cs file holds the records of one contract.
    private static IEnumerable<string> TypeViolations(string path, string text)
    {
        var file = Path.GetFileName(path).Split('.')[0];
        foreach (var (index, type) in TopLevelType.Matches(text).Index())
        {
            var name = type.Groups["name"].Value;
            var isData = type.Groups["kind"].Value is "record" or "record struct" or "enum" && LinesOf(text, type.Index) <= MaxCompanionLines;
            var isFine = index == 0 && !file.EndsWith("Messages", StringComparison.Ordinal) ? name == file : name == file || isData;
            if (!isFine && !Companions.Contains($"{path}: {name}", StringComparer.Ordinal))
            {
                yield return $"{path}: {name} must be in {name}.cs";
            }
        }
    }

    // A declaration ends with the first line that closes it in the first column.
    private static int LinesOf(string text, int start)
    {
        var lines = 1;
        foreach (var line in text[start..].Split('\n'))
        {
            if (line.StartsWith('}') || (lines == 1 && line.EndsWith(';')) || (lines > 1 && line.StartsWith("    ", StringComparison.Ordinal) && line.EndsWith(");", StringComparison.Ordinal)))
            {
                break;
            }

            lines++;
        }

        return lines;
    }

    private static IEnumerable<string> UnexplainedRules(string path, string text)
    {
        var isExplained = false;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var rule = line.Trim();
            if (rule.StartsWith('#'))
            {
                isExplained = true;
            }
            else if (!rule.StartsWith("dotnet_diagnostic.", StringComparison.Ordinal))
            {
                isExplained = false;
            }
            else if (!isExplained && rule.EndsWith("none", StringComparison.Ordinal))
            {
                yield return $"{path}:{index + 1}: {rule} has no reason above it";
            }
        }
    }
}
