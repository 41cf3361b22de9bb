using Idp.Core;
using Idp.Core.Migrations;

namespace Idp.Chaos.Moves;

/// <summary>A migration that has not ended, as the catalog shows it.</summary>
internal sealed record OpenMigration(string Id, string Key, RegionId Source, RegionId Target, MigrationPhase Phase, bool IsUndo)
{
    /// <summary>Of the running attempt: an undo goes the other way.</summary>
    public RegionId From => IsUndo ? Target : Source;

    public RegionId To => IsUndo ? Source : Target;

    public string PhaseName => IsUndo ? $"Undo{Phase}" : Phase.ToString();
}
