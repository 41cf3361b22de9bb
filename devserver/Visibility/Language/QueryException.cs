namespace Idp.DevServer.Visibility.Language;

/// <summary>A query that is refused; the message is the genuine server's, without its <c>invalid query: </c>.</summary>
internal sealed class QueryException(string message) : Exception(message)
{
    public static QueryException Malformed(string error) => new($"malformed SQL query: {error}");

    public static QueryException Unsupported(string what) => new($"operation is not supported: {what}");

    public static QueryException Invalid(string what) => new($"invalid expression: {what}");
}
