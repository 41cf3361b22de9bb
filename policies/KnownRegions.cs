using System.Collections.Immutable;
using System.Globalization;
using Idp.Core;
using Idp.Policies.Yaml;

namespace Idp.Policies;

/// <summary>Reads region names and globs against the regions this deployment has.</summary>
internal sealed class KnownRegions(IReadOnlyCollection<RegionId> regions)
{
    private const int MaxGlobs = 200;

    // "us-", "eu-", "af-": a name that begins otherwise is another place, not a slip.
    private const int PlaceLength = 3;

    private readonly ImmutableArray<string> _names = [.. regions.Select(region => region.Value).Order(StringComparer.Ordinal)];

    public ImmutableArray<RegionGlob> ReadGlobs(Fields fields, string field)
    {
        var globs = ImmutableArray.CreateBuilder<RegionGlob>();
        foreach (var item in fields.Texts(field, MaxGlobs))
        {
            if (fields.Parse<RegionGlob>(field, item, "a region name or glob", RegionGlob.Rule) is { } glob)
            {
                globs.Add(glob);
                Check(fields, field, item, glob);
            }
        }

        return globs.ToImmutable();
    }

    /// <summary>A region that has to be configured here.</summary>
    public RegionId? ReadName(Fields fields, string field)
    {
        if (fields.Text(field) is not { } node)
        {
            return null;
        }

        if (RegionId.TryParse(node.Value, CultureInfo.InvariantCulture, out var region) && regions.Contains(region))
        {
            return region;
        }

        fields.Sink.Error(
            node.At, DiagnosticCodes.UnknownRegion,
            $"{node.Describe()} is not a known region in {fields.PathOf(field)}", Wording.Choices(node.Value, _names, Wording.Value));
        return null;
    }

    // Policies travel between deployments, so a region that is not here only warns. A slip is an error:
    // a hard policy that protects `eu-wst-1` protects nothing.
    private void Check(Fields fields, string field, ScalarNode item, RegionGlob glob)
    {
        if (regions.Any(glob.Matches))
        {
            return;
        }

        var path = fields.PathOf(field);
        if (_names.FirstOrDefault(name => glob.IsName && IsSlip(glob.Value, name)) is { } meant)
        {
            fields.Sink.Error(
                item.At, DiagnosticCodes.UnknownRegion,
                $"{item.Describe()} is not a known region in {path}", $"did you mean {Wording.Value(meant)}?");
        }
        else
        {
            var nearest = glob.IsName ? Spelling.Nearest(glob.Value, _names) : null;
            fields.Sink.Warning(
                item.At, DiagnosticCodes.UnmatchedRegion,
                $"{item.Describe()} matches no configured region in {path}",
                nearest is null ? $"configured: {Wording.List(_names, Wording.Value)}" : $"did you mean {Wording.Value(nearest)}?");
        }
    }

    // One letter off. Real names differ by a digit (eu-west-1, eu-west-2), by a dash between clouds
    // (us-east-1, us-east1), by two letters (us-east-1, us-west-1) or by their place (af-south-1, ap-south-1).
    private static bool IsSlip(string written, string name) =>
        Spelling.Distance(written, name) == 1
        && string.CompareOrdinal(written, 0, name, 0, PlaceLength) == 0
        && Spelling.Distance(LettersOf(written), LettersOf(name)) == 1;

    private static string LettersOf(string name) => string.Concat(name.Where(char.IsAsciiLetter));
}
