namespace Idp.Core.Migrations;

/// <summary>An evacuation as the catalog keeps it.</summary>
/// <param name="EndedAs"><c>Done</c> or <c>Cancelled</c>; <see langword="null"/> while it runs.</param>
public sealed record EvacuationRecord(
    EvacuationRequest Request, DateTimeOffset StartedAt, DateTimeOffset UpdatedAt, DateTimeOffset? FinishedAt, string? EndedAs);
