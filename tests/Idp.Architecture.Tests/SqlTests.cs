using System.Text.RegularExpressions;

namespace Idp.Architecture.Tests;

public sealed class SqlTests
{
    private static readonly Regex Statement = new(@"\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|DROP|ALTER|TRUNCATE|COPY|LOCK TABLE)\b");

    // "{name}" in a raw string, \"{name}\" in a usual one, '{value}' in either.
    private static readonly Regex HandQuoted = new("""\\?"\{[^}]+\}\\?"|'\{[^}]+\}'""");

    [Fact]
    public void Sql_Names_AreQuotedInOnePlace() => Repository.AssertNone(
        from path in Repository.CSharp
        where !path.StartsWith("tests/", StringComparison.Ordinal)
        from line in Repository.Lines(path)
        where IsHandQuoted(line.Text)
        select $"{path}:{line.Number}: use Quote, or a parameter: {line.Text.Trim()}");

    [Theory]
    [InlineData("""var sql = $"DELETE FROM \"{table}\" WHERE id = $1";""", true)]
    [InlineData("""SELECT * FROM "{name}" """, true)]
    [InlineData("""var sql = $"SELECT 1 FROM t WHERE name = '{name}'";""", true)]
    [InlineData("""var sql = $"DELETE FROM {table.Sql} WHERE id = $1";""", false)]
    [InlineData("""throw new FormatException($"'{text}' is not a clock");""", false)]
    public void IsHandQuoted_PlantedLine_IsFound(string line, bool expected) => Assert.Equal(expected, IsHandQuoted(line));

    private static bool IsHandQuoted(string line) => Statement.IsMatch(line) && HandQuoted.IsMatch(line);
}
