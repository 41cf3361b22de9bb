using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Idp.DevServer.Visibility.Storage;

/// <summary>SQL in the making; every value is a parameter.</summary>
internal sealed class SqlQuery
{
    private readonly StringBuilder _sql = new();
    private readonly List<object> _values = [];

    public string Sql => _sql.ToString();

    public SqlQuery Append(string sql)
    {
        _sql.Append(sql);
        return this;
    }

    public SqlQuery AppendValue(object value)
    {
        _values.Add(value);
        _sql.Append(CultureInfo.InvariantCulture, $"?{_values.Count}");
        return this;
    }

    public SqlQuery AppendValues(IEnumerable<object> values)
    {
        var separator = string.Empty;
        _sql.Append('(');
        foreach (var value in values)
        {
            _sql.Append(separator);
            AppendValue(value);
            separator = ", ";
        }

        _sql.Append(')');
        return this;
    }

    public SqliteCommand On(SqliteConnection connection)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text holds names and operators of our own only.
        command.CommandText = Sql;
#pragma warning restore CA2100
        for (var number = 0; number < _values.Count; number++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"?{number + 1}"), _values[number]);
        }

        return command;
    }
}
