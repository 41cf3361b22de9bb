namespace Idp.Core.Migrations;

/// <summary>A region that takes nothing new.</summary>
/// <param name="By">Who drained it.</param>
public sealed record RegionDrain(RegionId Region, string By, string Reason, DateTimeOffset Since)
{
    /// <summary>What excludes the region wherever a target is chosen.</summary>
    public string Because => $"{Region} was drained by {By}: {Reason}; 'idp region open {Region}' lifts it";
}
