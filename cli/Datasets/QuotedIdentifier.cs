namespace Idp.Cli.Datasets;

internal static class QuotedIdentifier
{
    public static string Of(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
