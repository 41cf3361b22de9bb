using System.Globalization;
using Idp.Core;

namespace Idp.Policies.Tests;

/// <summary>Valid things to start from.</summary>
internal static class A
{
    public static IReadOnlyList<RegionId> Regions { get; } = RegionsOf(
        "eu-west-1", "eu-central-1", "eu-north-1", "uk-south-1", "ch-west-1", "us-east-1", "us-west-2", "ap-south-1");

    public static PlacementFacts Facts { get; } = new()
    {
        Object = ObjectId.Parse("users/eu-1042", CultureInfo.InvariantCulture),
        DataClassification = "personal_data",
        UserRegion = "EU",
        Environment = "production",
        Action = PlacementAction.MovePrimary,
        Source = RegionOf("eu-west-1"),
        Target = RegionOf("us-east-1"),
        AsOf = DateTimeOffset.UnixEpoch,
    };

    public static RegionId RegionOf(string name) => RegionId.Parse(name, CultureInfo.InvariantCulture);

    public static RegionId[] RegionsOf(params string[] names) => Array.ConvertAll(names, RegionOf);

    public static RegionGlob Glob(string text) => RegionGlob.Parse(text, CultureInfo.InvariantCulture);

    public static string ShippedText(string file) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, file));

    /// <summary>A policy file around the given requirements, whose first line is line 5.</summary>
    public static string PolicyText(string requirements) =>
        $"policy:\n  name: P\n  applies_to: {{}}\n  requirements:\n{requirements}\n  enforcement: hard\n";

    public static string Printed(IEnumerable<Diagnostic> diagnostics) => string.Join('\n', diagnostics);
}
