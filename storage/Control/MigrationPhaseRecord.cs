using Idp.Core.Migrations;

namespace Idp.Storage;

/// <summary>When a migration entered a phase, by the control database's clock.</summary>
public sealed record MigrationPhaseRecord(MigrationPhase Phase, DateTimeOffset EnteredAt);
