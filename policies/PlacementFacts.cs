using Idp.Core;

namespace Idp.Policies;

/// <summary>All that an evaluation knows. A fact that is null or blank is unknown, and counts against the action.</summary>
public sealed record PlacementFacts
{
    public required ObjectId Object { get; init; }

    /// <summary>What the dataset's intent declares, for example <c>personal_data</c>.</summary>
    public string? DataClassification { get; init; }

    /// <summary>Where the object's user lives, for example <c>EU</c>.</summary>
    public string? UserRegion { get; init; }

    /// <summary>For example <c>production</c>.</summary>
    public string? Environment { get; init; }

    public required PlacementAction Action { get; init; }

    /// <summary>Where the rows come from; null when the object is placed for the first time.</summary>
    public RegionId? Source { get; init; }

    public required RegionId Target { get; init; }

    /// <summary>The evaluation's only clock, read from the database by the caller.</summary>
    public required DateTimeOffset AsOf { get; init; }
}
