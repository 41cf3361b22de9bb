using CsCheck;
using Idp.Policies.Rules;

namespace Idp.Policies.Tests;

/// <summary>Small worlds, so that policies and facts meet often.</summary>
internal static class Gens
{
    private static readonly Gen<string?> Classes = OneOf<string?>(null, "personal", "health");
    private static readonly Gen<string?> UserRegions = OneOf<string?>(null, "EU", "US");
    private static readonly Gen<string?> Environments = OneOf<string?>(null, "production", "staging");

    private static readonly Gen<RegionGlob[]> Globs =
        OneOf("*", "us-*", "eu-*", "*-1", "eu-*-1", "us-east-1", "eu-west-1").Select(A.Glob).Array[0, 3];

    private static readonly Gen<LocationRule?> Locations = Gen.Select(Gen.Int[0, 3], Globs, Globs).Select(
        (chance, allowed, prohibited) =>
            chance == 0 ? null : new LocationRule { AllowedRegions = [.. allowed], ProhibitedRegions = [.. prohibited] });

    private static readonly Gen<PolicyScope> Scopes = Gen.Select(Classes, UserRegions, Environments).Select(
        (dataClass, userRegion, environment) => new PolicyScope
        {
            DataClassification = dataClass,
            UserRegions = userRegion is null ? [] : [userRegion],
            Environment = environment,
        });

    public static Gen<Policy[]> Policies { get; } =
        Gen.Select(Scopes, Locations, Locations, Gen.Enum<Enforcement>()).Array[0, 4].Select(parts => parts
            .Select((part, index) => new Policy
            {
                Name = $"P{index}",
                AppliesTo = part.Item1,
                Requirements = new() { PrimaryLocation = part.Item2, Replication = part.Item3 },
                Enforcement = part.Item4,
            })
            .ToArray());

    public static Gen<PlacementFacts> Facts { get; } =
        Gen.Select(Classes, UserRegions, Environments, Gen.Enum<PlacementAction>(), OneOf("us-east-1", "us-west-2", "eu-west-1", "eu-west-2", "ap-south-1"))
            .Select((dataClass, userRegion, environment, action, target) => A.Facts with
            {
                DataClassification = dataClass,
                UserRegion = userRegion,
                Environment = environment,
                Action = action,
                Target = A.RegionOf(target),
            });

    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
