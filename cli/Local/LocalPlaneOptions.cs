using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Cli.Local;

/// <summary>What to run on this machine.</summary>
public sealed class LocalPlaneOptions
{
    /// <summary>Where everything lies; PostgreSQL's user must be able to traverse its parents.</summary>
    public required string Folder { get; init; }

    public required ImmutableArray<Region> Regions { get; init; }

    /// <summary>The round trips that every connection between regions gets.</summary>
    public required RoundTrips RoundTrips { get; init; }

    /// <summary>Path of a <c>temporal</c> binary; null looks for one where one is wanted.</summary>
    public string? TemporalCli { get; init; }

    /// <value>Default <see cref="EngineChoice.Auto"/>.</value>
    public EngineChoice Engine { get; init; }

    /// <summary>Empty databases and an empty engine; otherwise what lies in the folder goes on.</summary>
    public bool StartFresh { get; init; }

    /// <summary>Whether PostgreSQL waits for the disk; only throw-away planes may do without.</summary>
    public bool Durable { get; init; } = true;
}
