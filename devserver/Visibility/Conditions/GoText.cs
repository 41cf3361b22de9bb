using System.Globalization;
using System.Text;

namespace Idp.DevServer.Visibility.Conditions;

/// <summary>Values as the genuine server's messages print them.</summary>
internal static class GoText
{
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}"),
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A value and its type, as in <c>"5" (type: string)</c>.</summary>
    public static string WithType(object value) => $"{(value is string text ? Quote(text) : Plain(value))} (type: {TypeOf(value)})";

    public static string TypeOf(object value) => value switch
    {
        string => "string",
        long => "int64",
        double => "float64",
        bool => "bool",
        _ => "[]interface {}",
    };

    public static string Plain(object value) => value switch
    {
        bool truth => truth ? "true" : "false",
        double number => Math.Abs(number) is >= 1e-4 and < 1e21 or 0
            ? number.ToString("0.##################", CultureInfo.InvariantCulture)
            : number.ToString("0.################e+00", CultureInfo.InvariantCulture),
        IEnumerable<object> items => $"[{string.Join(' ', items.Select(Plain))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
