namespace Idp.DevServer.Hosting;

/// <summary>Arguments of the form <c>name=value</c>.</summary>
internal static class KeyValueText
{
    /// <exception cref="FormatException">There is no <c>=</c>, or nothing before it.</exception>
    public static (string Key, string Value) Split(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is var at and > 0
            ? (text[..at], text[(at + 1)..])
            : throw new FormatException($"missing expected '=' in \"{text}\"");
}
