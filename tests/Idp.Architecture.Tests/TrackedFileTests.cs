using System.Text.RegularExpressions;

namespace Idp.Architecture.Tests;

/// <summary>Nothing of the machine that a file was written on belongs into it.</summary>
public sealed class TrackedFileTests
{
    // Public addresses that people may follow. A package registry or mirror of somebody's own network is not among them.
    private static readonly string[] PublicHosts =
    [
        "docs.temporal.io", "dotnet.microsoft.com", "github.com", "keepachangelog.com", "learn.microsoft.com", "semver.org", "temporal.io",
        "www.apache.org", "www.npgsql.org", "www.postgresql.org", "www.w3.org",
    ];

    private static readonly Regex Address = new(@"https?://(?<host>[A-Za-z0-9][A-Za-z0-9.-]*)(?<port>:\d+)?");
    private static readonly Regex MachinePath = new(@"(?<![\w.$}])/(?:work|root|home/[a-z]\w*|Users/\w+)(?=/|\s|$|[""'`):;,])");
    private static readonly Regex Registry = new(@"(?:localhost|127\.0\.0\.1|\d+\.\d+\.\d+\.\d+):\d+/(?:v2|v3|nuget|simple|index\.json)");

    [Fact]
    public void Files_Addresses_ArePublicOrExamples() => Repository.AssertNone(Found(path => PrivateHosts(Repository.Read(path))));

    [Fact]
    public void Files_Paths_AreNobodysMachine() => Repository.AssertNone(Found(path => MachinePath.Matches(Repository.Read(path)).Select(match => match.Value)));

    [Fact]
    public void Files_Registries_AreNotNamed() => Repository.AssertNone(Found(path => Registry.Matches(Repository.Read(path)).Select(match => match.Value)));

    [Theory]
    [InlineData("https://proxy.corp.internal/nuget", "proxy.corp.internal")]
    [InlineData("http://10.1.2.3:8081/", "10.1.2.3")]
    public void PrivateHosts_PlantedAddress_IsFound(string text, string expected) => Assert.Equal([expected], PrivateHosts(text));

    [Theory]
    [InlineData("https://docs.temporal.io/cli")]
    [InlineData("https://idp.example.com")]
    [InlineData("http://127.0.0.1:8080")]
    public void PrivateHosts_PublicAddress_IsFine(string text) => Assert.Empty(PrivateHosts(text));

    [Theory]
    [InlineData("cd /" + "work/main", true)]
    [InlineData("\"/" + "root/x\"", true)]
    [InlineData("$root/bin", false)]
    [InlineData("docs/work/x", false)]
    public void MachinePath_PlantedPath_IsFound(string text, bool expected) => Assert.Equal(expected, MachinePath.IsMatch(text));

    private static IEnumerable<string> Found(Func<string, IEnumerable<string>> find) => Repository.Files
        .Where(path => Path.GetFileName(path) != $"{nameof(TrackedFileTests)}.cs") // It plants what it looks for.
        .SelectMany(path => find(path).Distinct(StringComparer.Ordinal).Select(what => $"{path}: {what}"));

    private static IEnumerable<string> PrivateHosts(string text) => Address.Matches(text)
        .Select(match => match.Groups["host"].Value.TrimEnd('.', '-'))
        .Where(host => !PublicHosts.Contains(host, StringComparer.Ordinal)
            && host is not ("127.0.0.1" or "localhost" or "0.0.0.0" or "example.com" or "plane")
            && !host.EndsWith(".example.com", StringComparison.Ordinal)
            && !host.EndsWith(".invalid", StringComparison.Ordinal)
            && !host.EndsWith(".test", StringComparison.Ordinal));
}
