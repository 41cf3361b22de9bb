using System.Text.RegularExpressions;

namespace Idp.Architecture.Tests;

public sealed class LinkTests
{
    private static readonly Regex Link = new(@"\[[^\]]*\]\((?<target>[^)\s]+)\)");
    private static readonly Regex Fence = new("^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline);
    private static readonly Regex Heading = new("^#+ (?<text>.+)$", RegexOptions.Multiline);

    [Fact]
    public void Documents_AllLinks_LeadSomewhere() => Repository.AssertNone(
        from path in Repository.Files
        where path.EndsWith(".md", StringComparison.Ordinal)
        from dead in DeadLinks(path, Repository.Read(path))
        select dead);

    [Theory]
    [InlineData("[x](missing.md)", "docs/planted.md: missing.md does not exist")]
    [InlineData("[x](../README.md#nowhere)", "docs/planted.md: ../README.md#nowhere has no such heading")]
    public void DeadLinks_PlantedLink_IsFound(string text, string expected) => Assert.Equal([expected], DeadLinks("docs/planted.md", text));

    [Theory]
    [InlineData("[x](https://example.com/missing)")]
    [InlineData("[x](../README.md#quickstart)")]
    [InlineData("```md\n[x](missing.md)\n```")]
    public void DeadLinks_LivingLink_IsFine(string text) => Assert.Empty(DeadLinks("docs/planted.md", text));

    private static IEnumerable<string> DeadLinks(string path, string text)
    {
        foreach (var target in Link.Matches(Fence.Replace(text, string.Empty)).Select(match => match.Groups["target"].Value))
        {
            if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
            {
                continue;
            }

            var parts = target.Split('#', 2);
            var folder = Path.Combine(Repository.Root, Path.GetDirectoryName(path)!);
            var file = parts[0].Length == 0 ? Path.Combine(Repository.Root, path) : Path.GetFullPath(Path.Combine(folder, parts[0]));
            if (!Path.Exists(file))
            {
                yield return $"{path}: {target} does not exist";
            }
            else if (parts.Length > 1 && file.EndsWith(".md", StringComparison.Ordinal) && !Anchors(File.ReadAllText(file)).Contains(parts[1], StringComparer.Ordinal))
            {
                yield return $"{path}: {target} has no such heading";
            }
        }
    }

    // As GitHub makes them.
    private static IEnumerable<string> Anchors(string text) => Heading.Matches(Fence.Replace(text, string.Empty))
        .Select(heading => string.Concat(heading.Groups["text"].Value.Trim()
            .Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_')
            .Select(character => character == ' ' ? '-' : char.ToLowerInvariant(character))));
}
