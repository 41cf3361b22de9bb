namespace Idp.Core.Value;

/// <summary>Whether one change is paid for.</summary>
/// <param name="Index">Its place in the list that was asked about.</param>
/// <param name="UnfundedBecause">Null when it is paid for.</param>
public sealed record FundingDecision(int Index, ValueStatement Statement, string? UnfundedBecause);
