using Idp.DevServer.Visibility.Conditions;
using Temporalio.Api.Enums.V1;
using Attribute = Idp.DevServer.Visibility.Conditions.Attribute;

namespace Idp.DevServer.Tests.Visibility;

/// <summary>Says in plain C# whether a run meets a condition; null is SQL's unknown.</summary>
internal static class ReferenceEvaluator
{
    public static bool? Meets(this IReadOnlyDictionary<string, object> run, Condition condition) => condition switch
    {
        NotCondition not => !run.Meets(not.Inner),
        AndCondition and => run.Meets(and.Left) & run.Meets(and.Right),
        OrCondition or => run.Meets(or.Left) | run.Meets(or.Right),
        CompareCondition compare => Compare(run.Value(compare.Attribute), compare.Operator, compare.Value),
        InCondition within => run.Value(within.Attribute) is { } value ? within.Values.Any(item => Order(value, item) == 0) != within.IsNegated : null,
        BetweenCondition between => run.Value(between.Attribute) is { } value
            ? (Order(value, between.From) >= 0 && Order(value, between.To) <= 0) != between.IsNegated
            : null,
        StartsWithCondition startsWith => run.Value(startsWith.Attribute) is string text
            ? Folded(text).StartsWith(Folded(startsWith.Prefix), StringComparison.Ordinal) != startsWith.IsNegated
            : null,
        IsNullCondition isNull => run.Value(isNull.Attribute) is null != isNull.IsNegated,
        HasAnyCondition hasAny => Elements(run.Value(hasAny.Attribute)).Intersect(hasAny.Values, StringComparer.OrdinalIgnoreCase).Any() != hasAny.IsNegated,
        MentionsCondition mentions => Words(run.Value(mentions.Attribute)).Intersect(mentions.Words, StringComparer.OrdinalIgnoreCase).Any() != mentions.IsNegated,
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private static object? Value(this IReadOnlyDictionary<string, object> run, Attribute attribute) => run.GetValueOrDefault(attribute.Name);

    private static bool? Compare(object? left, string comparison, object right)
    {
        if (left is null)
        {
            return null;
        }

        var order = Order(left, right);
        return comparison switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            ">" => order > 0,
            "<=" => order <= 0,
            _ => order >= 0,
        };
    }

    private static int Order(object left, object right) => (left, right) switch
    {
        (string text, string other) => string.CompareOrdinal(text, other),
        (bool truth, bool other) => truth.CompareTo(other),
        (long whole, long other) => whole.CompareTo(other),
        _ => Convert.ToDouble(left, System.Globalization.CultureInfo.InvariantCulture)
            .CompareTo(Convert.ToDouble(right, System.Globalization.CultureInfo.InvariantCulture)),
    };

    private static string Folded(string text) => string.Concat(text.Select(letter => char.IsAsciiLetterUpper(letter) ? char.ToLowerInvariant(letter) : letter));

    private static IEnumerable<string> Elements(object? value) => value as IEnumerable<string> ?? [];

    private static string[] Words(object? value) => (value as string ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
