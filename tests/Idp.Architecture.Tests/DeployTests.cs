using System.Collections;
using System.Text.Json;
using System.Text.RegularExpressions;
using Idp.Storage.Regions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Idp.Architecture.Tests;

/// <summary>What can be known of deploy/ without a container engine.</summary>
public sealed class DeployTests
{
    private const string Folder = "deploy";

    // ${NAME:-default} is the default; ${NAME:?why} is the operator's own file.
    private static readonly Regex Variable = new(@"\$\{(?<name>\w+)(?::-(?<default>[^}]*)|:\?[^}]*)?\}");

    // A version, not a moving tag: two numbers at least.
    private static readonly Regex Pinned = new(@":v?\d+\.\d+[\w.-]*(?:@sha256:[0-9a-f]{64})?$");

    private static readonly Regex Password = new(@"(?i)(?:password|passwd|pwd|secret|token|api_?key)""?[ \t]*[:=][ \t]*(?<value>[^;,\s""'][^;\n""']*)");

    private static readonly Dictionary<object, object> Compose = Parse(Repository.Read($"{Folder}/compose.yaml"));

    private static IEnumerable<(string Name, Dictionary<object, object> Service)> Services =>
        Map(Compose["services"]).Select(pair => ((string)pair.Key, Map(pair.Value)));

    [Fact]
    public void Compose_Services_AreTheWholePlane()
    {
        Assert.Equal(["api", "api-tls", "control-db", "temporal", "temporal-db", "temporal-ui", "worker"], Services.Select(service => service.Name).Order(StringComparer.Ordinal));
        var worker = Services.Single(service => service.Name == "worker").Service;
        Assert.Equal("3", Map(worker["deploy"])["replicas"]);
    }

    [Fact]
    public void Compose_Images_ArePinnedOrOurOwn() => Repository.AssertNone(Services
        .Where(service => !service.Service.ContainsKey("build") && !Pinned.IsMatch((string)service.Service["image"]))
        .Select(service => $"{service.Name}: {service.Service["image"]} is not pinned to a version"));

    [Fact]
    public void Dockerfile_Images_ArePinned_AndTheUserIsNotRoot()
    {
        var lines = Repository.Lines($"{Folder}/Dockerfile").Select(line => line.Text).ToArray();

        Repository.AssertNone(lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal) && !Pinned.IsMatch(line.Split(' ')[1])));
        Assert.Equal("USER $APP_UID", lines.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.StartsWith("ADD ", StringComparison.Ordinal) || line.StartsWith("ARG ", StringComparison.Ordinal));
    }

    [Fact]
    public void Compose_Files_Exist()
    {
        var named = from section in new[] { "configs", "secrets" }
                    from entry in Map(Compose[section])
                    select (string)Map(entry.Value)["file"];
        var built = from service in Services
                    where service.Service.ContainsKey("build")
                    let build = Map(service.Service["build"])
                    select $"{build["context"]}/{build["dockerfile"]}";

        Repository.AssertNone(
            from path in named.Concat(built)
            let match = Variable.Match(path)
            where !match.Success || match.Groups["default"].Success
            let file = Variable.Replace(path, found => found.Groups["default"].Value)
            where !Repository.Exists($"{Folder}/{file}")
            select $"{path} does not exist");
    }

    [Fact]
    public void Compose_WhatServicesName_IsDeclared() => Repository.AssertNone(
        from service in Services
        from missing in Undeclared(service.Service, "configs", "configs").Concat(Undeclared(service.Service, "secrets", "secrets"))
            .Concat(Undeclared(service.Service, "depends_on", "services"))
            .Concat(List(service.Service, "volumes").Select(volume => volume.Split(':')[0]).Where(volume => !Map(Compose["volumes"]).ContainsKey(volume)))
        select $"{service.Name}: '{missing}' is not declared");

    [Fact]
    public void Files_Passwords_AreNotWrittenDown() => Repository.AssertNone(
        from path in Repository.Files
        where path.StartsWith($"{Folder}/", StringComparison.Ordinal) && !path.EndsWith(".md", StringComparison.Ordinal)
        from password in Passwords(Repository.Read(path))
        select $"{path}: {password}");

    [Theory]
    [InlineData("POSTGRES_PASSWORD: hunter2", true)]
    [InlineData("\"x\": \"Host=db;Password=hunter2;\"", true)]
    [InlineData("POSTGRES_PASSWORD_FILE: /run/secrets/control_password", false)]
    [InlineData("POSTGRES_PWD: ${IDP_TEMPORAL_PASSWORD:?set it in .env}", false)]
    public void Passwords_PlantedPassword_IsFound(string text, bool expected) => Assert.Equal(expected, Passwords(text).Any());

    [Theory]
    [InlineData("postgres:latest", false)]
    [InlineData("postgres", false)]
    [InlineData("postgres:17", false)]
    [InlineData("postgres:17.6", true)]
    public void Pinned_Image_NeedsAVersion(string image, bool expected) => Assert.Equal(expected, Pinned.IsMatch(image));

    [Fact]
    public void RegionsExample_CanBeRead()
    {
        var regions = RegionEndpoint.ReadFile(Path.Combine(Repository.Root, Folder, "regions.example.json"));

        Assert.Equal(2, regions.Length);
        Assert.All(regions, region => Assert.NotNull(region.Links));
        Assert.All(regions, region => Assert.Contains("Passfile=", region.ConnectionString, StringComparison.Ordinal));
    }

    [Fact]
    public void ConfigurationExample_HasOnlyKnownOptions()
    {
        using var example = JsonDocument.Parse(Repository.Read($"{Folder}/idp.example.json"));
        var documented = Repository.Read("docs/operate/configuration.md");

        Repository.AssertNone(
            from section in example.RootElement.EnumerateObject()
            from option in section.Value.EnumerateObject()
            where !documented.Contains($"Section `{section.Name}`", StringComparison.Ordinal) || !documented.Contains($"| `{option.Name}` |", StringComparison.Ordinal)
            select $"{section.Name}:{option.Name} is not an option");
    }

    private static IEnumerable<string> Passwords(string text) => Password.Matches(text)
        .Select(match => match.Groups["value"].Value)
        .Where(value => !value.StartsWith("${", StringComparison.Ordinal) && !value.StartsWith('/') && !value.StartsWith('['));

    private static IEnumerable<string> Undeclared(Dictionary<object, object> service, string use, string declaration) =>
        List(service, use).Where(name => !Map(Compose[declaration]).ContainsKey(name));

    // Both of Compose's forms: a list of names or of maps with a source, and a map by name.
    private static IEnumerable<string> List(Dictionary<object, object> service, string key) => !service.TryGetValue(key, out var value) ? []
        : value is IDictionary byName ? byName.Keys.Cast<string>()
        : ((IEnumerable<object>)value).Select(item => item as string ?? (string)Map(item)["source"]);

    private static Dictionary<object, object> Map(object value) => (Dictionary<object, object>)value;

    private static Dictionary<object, object> Parse(string yaml)
    {
        using var reader = new StringReader(yaml);
        return new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(reader)));
    }
}
