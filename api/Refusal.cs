namespace Idp.Api;

/// <summary>Why something that was asked for was not done.</summary>
/// <param name="Reason">One sentence for operators: the thing, the value, the limit, the next step.</param>
public sealed record Refusal(RefusalKind Kind, string Reason);
