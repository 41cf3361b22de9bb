namespace Idp.DevServer.Visibility.Conditions;

/// <summary>What a query looks for, with names and values understood.</summary>
/// <remarks>
/// Three-valued as in SQL: a run without the attribute neither fulfils a comparison nor its negation. Two kinds are not, because the genuine
/// server asks a text index for them: <see cref="HasAnyCondition"/> and <see cref="MentionsCondition"/>.
/// Values are <see cref="string"/>, <see cref="long"/>, <see cref="double"/> or <see cref="bool"/>; times are microseconds since 1970.
/// </remarks>
internal abstract record Condition;

internal sealed record NotCondition(Condition Inner) : Condition;

internal sealed record AndCondition(Condition Left, Condition Right) : Condition;

internal sealed record OrCondition(Condition Left, Condition Right) : Condition;

/// <param name="Operator">One of = != &lt; &gt; &lt;= &gt;=.</param>
internal sealed record CompareCondition(Attribute Attribute, string Operator, object Value) : Condition;

internal sealed record InCondition(Attribute Attribute, IReadOnlyList<object> Values, bool IsNegated) : Condition;

/// <summary>Both ends belong to the range.</summary>
internal sealed record BetweenCondition(Attribute Attribute, object From, object To, bool IsNegated) : Condition;

/// <summary>ASCII letters match without regard to case, as SQLite's LIKE has it.</summary>
internal sealed record StartsWithCondition(Attribute Attribute, string Prefix, bool IsNegated) : Condition;

internal sealed record IsNullCondition(Attribute Attribute, bool IsNegated) : Condition;

/// <summary>A list of keywords has one of these, without regard to case.</summary>
internal sealed record HasAnyCondition(Attribute Attribute, IReadOnlyList<string> Values, bool IsNegated) : Condition;

/// <summary>A text has one of these words, without regard to case and accents; a word with punctuation is a phrase.</summary>
internal sealed record MentionsCondition(Attribute Attribute, IReadOnlyList<string> Words, bool IsNegated) : Condition;
