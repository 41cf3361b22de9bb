namespace Idp.DevServer.Visibility.Conditions;

/// <summary>A query that is understood.</summary>
/// <param name="Condition">Everything, when absent.</param>
/// <param name="GroupBy">What to count by.</param>
/// <param name="NamesDivision">Whether it speaks of namespace divisions, and so sees more than one.</param>
internal sealed record VisibilityQuery(Condition? Condition, Attribute? GroupBy, bool NamesDivision);
