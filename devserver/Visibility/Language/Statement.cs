namespace Idp.DevServer.Visibility.Language;

/// <summary>A query and its clauses.</summary>
/// <param name="Where">What to look for; everything when absent.</param>
internal sealed record Statement(Expression? Where, IReadOnlyList<Expression> GroupBy, IReadOnlyList<Expression> OrderBy, bool HasLimit);
