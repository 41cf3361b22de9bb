using System.Text.RegularExpressions;

namespace Idp.Architecture.Tests;

public sealed class OperateDocsTests
{
    private const string Configuration = "docs/operate/configuration.md";
    private const string Metrics = "docs/operate/metrics.md";

    private static readonly Regex OptionsClass = new(@"^(?:public|internal) sealed (?:partial )?(?:class|record) (?<name>\w+Options)\b", RegexOptions.Multiline);
    private static readonly Regex Property = new(@"^    public (?!static)[^=(\n]*\b(?<name>\w+) \{ get; (?:set|init); \}", RegexOptions.Multiline);
    private static readonly Regex SectionName = new("const string Section = \"(?<name>[^\"]+)\"");
    private static readonly Regex Instrument = new("Create(?:Observable)?(?:Histogram|Counter|UpDownCounter|Gauge)(?:<\\w+>)?\\(\\s*\"(?<name>[^\"]+)\"");
    private static readonly Regex Source = new(@"(?:new ActivitySource|new Meter|meters\.Create|meterFactory\.Create)\((?<name>[^)]+)\)");
    private static readonly Regex Tag = new("(?:SetTag\\(|KeyValuePair<string, object\\?>\\(|^ +new\\()\"(?<name>[^\"]+)\"", RegexOptions.Multiline);

    private static IEnumerable<string> Production => Repository.CSharp.Where(path => !path.StartsWith("tests/", StringComparison.Ordinal));

    [Fact]
    public void Configuration_EveryOption_IsDescribedUnderItsClass()
    {
        var classes = Production.SelectMany(path => OptionsClass.Matches(Repository.Read(path)).Select(found => (Path: path, found.Groups["name"].Value))).ToArray();

        Assert.NotEmpty(classes);
        Repository.AssertNone(classes.SelectMany(found => Undescribed(found.Value, Repository.Read(found.Path), Repository.Read(Configuration))));
    }

    [Fact]
    public void Undescribed_PlantedOption_IsFound()
    {
        const string code = "public sealed class PlantedOptions\n{\n    public const string Section = \"Planted\";\n    public int Known { get; set; } = 1;\n    public TimeSpan Forgotten { get; set; }\n}\n";

        Assert.Equal(
            ["PlantedOptions.Forgotten is not in docs/operate/configuration.md"],
            Undescribed("PlantedOptions", code, "## PlantedOptions\n\nSection `Planted`\n\n| `Known` |\n\n## Other\n\n| `Forgotten` |\n"));
    }

    [Fact]
    public void Metrics_EverySourceInstrumentAndTag_IsDescribed()
    {
        var text = Repository.Read(Metrics);
        var used = Production.SelectMany(path => NamesIn(Repository.Read(path)).Select(name => (Path: path, Name: name))).ToArray();

        Assert.Contains(used, found => found.Name == "idp.activity.duration");
        Assert.Contains(used, found => found.Name == "Idp.Client");
        Repository.AssertNone(used.Where(found => !text.Contains($"`{found.Name}`", StringComparison.Ordinal))
            .Select(found => $"'{found.Name}' of {found.Path} is not in {Metrics}"));
    }

    [Fact]
    public void NamesIn_PlantedInstrument_IsFound() => Assert.Equal(
        ["Planted", "idp.planted.count", "idp.tag"],
        NamesIn("const string Name = \"Planted\"; var m = new Meter(Name); m.CreateCounter<long>(\"idp.planted.count\"); span.SetTag(\"idp.tag\", 1);"));

    private static IEnumerable<string> Undescribed(string name, string code, string document)
    {
        var section = Regex.Match(document, $@"^##+ {name}$(?<text>.*?)(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline);
        if (!section.Success)
        {
            return [$"{name} has no heading in {Configuration}"];
        }

        var text = section.Groups["text"].Value;
        return SectionName.Matches(code).Concat(Property.Matches(code))
            .Select(found => found.Groups["name"].Value)
            .Where(found => !text.Contains($"`{found}`", StringComparison.Ordinal))
            .Select(found => $"{name}.{found} is not in {Configuration}");
    }

    private static IEnumerable<string> NamesIn(string code)
    {
        var isSource = false;
        foreach (var name in Source.Matches(code).Select(found => found.Groups["name"].Value).Distinct(StringComparer.Ordinal))
        {
            isSource = true;
            yield return name.StartsWith('"')
                ? name.Trim('"')
                : Regex.Match(code, $"const string {Regex.Escape(name)} = \"(?<value>[^\"]+)\"").Groups["value"].Value;
        }

        foreach (var found in Instrument.Matches(code).Concat(isSource ? Tag.Matches(code) : []))
        {
            yield return found.Groups["name"].Value;
        }
    }
}
