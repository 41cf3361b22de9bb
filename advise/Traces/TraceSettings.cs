using System.Collections.Immutable;
using Idp.Core;

namespace Idp.Advise.Traces;

/// <summary>How a log is read.</summary>
public sealed record TraceSettings
{
    /// <value>Regions with round trips; a row may name one of them in any case.</value>
    public required ImmutableArray<RegionId> Regions { get; init; }

    /// <value>Other names that a log has for them, for example <c>Frankfurt</c>.</value>
    public ImmutableDictionary<string, RegionId> RegionNames { get; init; } = ImmutableDictionary.Create<string, RegionId>(StringComparer.OrdinalIgnoreCase);

    /// <value>Column or attribute that names the object; null to find it by the common names.</value>
    public string? KeyColumn { get; init; }

    /// <value>Column or attribute that names the caller's region; null to find it by the common names.</value>
    public string? RegionColumn { get; init; }

    /// <value>Reads that every write of the log stands for, where a log has writes only. From 0.</value>
    public double ReadsPerWrite { get; init; }

    /// <value>Share of writes where a log does not tell them from reads. From 0 to 1.</value>
    public double WriteShare { get; init; } = 0.1;

    /// <value>The last days of the log that are looked at. From 1 to 366.</value>
    public int Days { get; init; } = 28;

    /// <value>Where the days end that are looked at; null for the end of the log.</value>
    public DateTimeOffset? Until { get; init; }

    /// <value>Share of rows that may be unusable. From 0 to 1.</value>
    public double MaxBadShare { get; init; } = 0.05;

    /// <value>Most different objects; more are a sign that the key column is a request id.</value>
    public int MaxObjects { get; init; } = 1_000_000;

    /// <value>Most characters of a line of CSV. A longer one means that the file is something else.</value>
    public int MaxLineChars { get; init; } = 65_536;
}
