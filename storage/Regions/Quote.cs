namespace Idp.Storage.Regions;

/// <summary>The only way names and values enter SQL text; everything else travels as a parameter.</summary>
public static class Quote
{
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>For COPY, which takes no parameters. Correct with <c>standard_conforming_strings</c> on, which movers pin.</summary>
    public static string Literal(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
