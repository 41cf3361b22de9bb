using System.Text.RegularExpressions;
using Idp.Core;
using Idp.Policies.Intents;

namespace Idp.Architecture.Tests;

public sealed class ReadmeTests
{
    private static readonly Regex YamlBlock = new("^ *```yaml\n(?<text>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline);
    private static readonly Regex Example = new(@"(?:`|^ *|\./)idp (?<command>[a-z]+(?:-[a-z]+)*)(?: (?<sub>[a-z]+)\b)?", RegexOptions.Multiline);
    private static readonly Regex Declared = new("new Command\\(\"(?<name>[a-z-]+)\"");

    private static IEnumerable<string> Documents => Repository.Files.Where(path => path.EndsWith(".md", StringComparison.Ordinal)
        && (!path.Contains('/', StringComparison.Ordinal) || path.StartsWith("docs/", StringComparison.Ordinal) || path.StartsWith("deploy/", StringComparison.Ordinal)));

    [Fact]
    public void Readme_Dataset_IsAValidDeclaration()
    {
        var block = YamlBlock.Match(Repository.Read("README.md"));
        var yaml = Regex.Replace(block.Groups["text"].Value, "^   ", string.Empty, RegexOptions.Multiline);

        var parsed = DataObjectParser.Parse("README.md", yaml, [RegionId.Parse("eu-west-1")]);

        Repository.AssertNone(parsed.Diagnostics.Select(diagnostic => diagnostic.ToString()));
        Assert.Equal(2, parsed.DataObject?.Schema?.Tables.Length);
    }

    [Fact]
    public void Documents_Commands_Exist()
    {
        var declared = Repository.CSharp.Where(path => path.StartsWith("cli/", StringComparison.Ordinal))
            .SelectMany(path => Declared.Matches(Repository.Read(path)).Select(match => match.Groups["name"].Value))
            .ToHashSet(StringComparer.Ordinal);

        Repository.AssertNone(
            from path in Documents
            from example in Example.Matches(Repository.Read(path))
            let command = example.Groups["command"].Value
            where !declared.Contains(command)
            select $"{path}: there is no command 'idp {command}'");
    }

    [Fact]
    public void Readme_FirstTwoCommands_AreDemoAndTest()
    {
        var shell = Repository.Read("README.md").Split("```sh\n")[1].Split("```")[0];

        Assert.Equal("./idp demo\n./idp test\n", shell);
    }
}
