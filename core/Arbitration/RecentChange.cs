using System.Text.Json.Serialization;
using Idp.Core.Decisions;

namespace Idp.Core.Arbitration;

/// <summary>A change that automation has started, as the migration log knows it.</summary>
/// <param name="Controller">Who proposed it.</param>
/// <param name="DecidedAt">When the arbiter took it, on the clock of the snapshots.</param>
public sealed record RecentChange(
    ObjectId Object, string Controller, ProposalKind Kind, RegionId From, RegionId To, DateTimeOffset DecidedAt, ChangeResult Result)
{
    /// <summary>When it was meant to be taken back; null when it was meant to last.</summary>
    public DateTimeOffset? ReturnsAt { get; init; }
}

/// <summary>How far a change has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeResult>))]
public enum ChangeResult
{
    /// <summary>It has started and not ended.</summary>
    Open,

    /// <summary>It has taken effect.</summary>
    Done,

    /// <summary>It was rolled back, or failed: the object is where it was.</summary>
    Undone,
}
