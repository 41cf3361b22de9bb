namespace Idp.Core.Value;

/// <summary>What running an arrangement takes besides infrastructure.</summary>
/// <param name="ChangesPerDay">Moves, copies and tier changes that it causes.</param>
/// <param name="UsdPerChange">Compute and checks of one, in US dollars.</param>
/// <param name="OperatorHoursPerDay">Hours of people.</param>
/// <param name="UsdPerOperatorHour">Their cost, in US dollars.</param>
public sealed record OperationalOverhead(
    decimal ChangesPerDay, decimal UsdPerChange, decimal OperatorHoursPerDay = 0, decimal UsdPerOperatorHour = 0)
{
    public decimal UsdPerDay => (ChangesPerDay * UsdPerChange) + (OperatorHoursPerDay * UsdPerOperatorHour);
}
