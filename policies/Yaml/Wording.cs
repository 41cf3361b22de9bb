using System.Globalization;
using System.Text;

namespace Idp.Policies.Yaml;

/// <summary>How diagnostics quote and suggest: values in single quotes, fields in backquotes.</summary>
internal static class Wording
{
    private const int MaxQuotedLength = 80;
    private const int MaxListed = 20;

    public static string Value(string text) => $"'{Shorten(text)}'";

    public static string Field(string text) => $"`{Shorten(text)}`";

    public static string List(IReadOnlyCollection<string> texts, Func<string, string> quote)
    {
        var listed = string.Join(", ", texts.Take(MaxListed).Select(quote));
        return texts.Count <= MaxListed ? listed : $"{listed} and {texts.Count - MaxListed} more";
    }

    /// <summary>The nearest candidate, where one is near, and all that is allowed.</summary>
    public static string Choices(string found, IReadOnlyCollection<string> allowed, Func<string, string> quote)
    {
        var list = allowed.Count == 0 ? "nothing" : List(allowed, quote);
        return Spelling.Nearest(found, allowed) is { } nearest
            ? $"did you mean {quote(nearest)}? allowed: {list}"
            : $"allowed: {list}";
    }

    /// <summary>A number for a sentence: no exponent, no trailing zeros.</summary>
    public static string Number(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    // What a file holds goes to terminals and logs, so control characters do not pass.
    private static string Shorten(string text)
    {
        var cut = text.Length <= MaxQuotedLength ? text : $"{text.AsSpan(0, MaxQuotedLength)}…";
        if (!cut.Any(char.IsControl))
        {
            return cut;
        }

        var shown = new StringBuilder(cut.Length);
        foreach (var c in cut)
        {
            _ = char.IsControl(c) ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : shown.Append(c);
        }

        return shown.ToString();
    }
}
