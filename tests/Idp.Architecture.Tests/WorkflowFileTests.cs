using System.Text.RegularExpressions;

namespace Idp.Architecture.Tests;

public sealed class WorkflowFileTests
{
    private const string Suffix = ".workflow.cs";

    // What a replay would answer differently. Workflow.UtcNow, Workflow.Random, Workflow.NewGuid and Workflow.DelayAsync do not.
    private static readonly Regex Banned = new(
        @"\bDateTime(?:Offset)?\.(?:Utc)?Now\b|\bGuid\.NewGuid\b|\bTask\.(?:Delay|Run|WhenAny|Factory)\b|\bConfigureAwait\b|\bnew Random\b|\bRandom\.Shared\b"
        + @"|\bTimeProvider\b|\bStopwatch\b|\bThread\.|\bEnvironment\.|\bConsole\.|\bnew (?:Timer|PeriodicTimer|SemaphoreSlim|Mutex)\b");

    private static readonly Regex WorkflowClass = new(@"^\s*\[Workflow(?:Run|Init|Query|Signal|Update\w*)?(?:\(.*\))?\]", RegexOptions.Multiline);

    private static IEnumerable<string> Workflows => Repository.CSharp.Where(path => path.StartsWith("workflows/", StringComparison.Ordinal));

    [Fact]
    public void Workflows_EveryFile_EndsInItsSuffix() => Repository.AssertNone(Workflows
        .Where(path => WorkflowClass.IsMatch(Repository.Read(path)) != path.EndsWith(Suffix, StringComparison.Ordinal))
        .Select(path => $"{path}: workflow code, and nothing else, is in files that end in {Suffix}"));

    [Fact]
    public void Workflows_EveryFile_IsDeterministic() => Repository.AssertNone(
        from path in Workflows
        from line in Repository.Lines(path)
        where IsBanned(line.Text)
        select $"{path}:{line.Number}: not the same in a replay: {line.Text.Trim()}");

    [Theory]
    [InlineData("var now = DateTime.UtcNow;", true)]
    [InlineData("await Task.Delay(1);", true)]
    [InlineData("var id = Guid.NewGuid();", true)]
    [InlineData("await call.ConfigureAwait(false);", true)]
    [InlineData("var now = Workflow.UtcNow;", false)]
    [InlineData("/// <remarks>Never use Task.Delay here.</remarks>", false)]
    public void IsBanned_PlantedLine_IsFound(string line, bool expected) => Assert.Equal(expected, IsBanned(line));

    private static bool IsBanned(string line) => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Banned.IsMatch(line);
}
