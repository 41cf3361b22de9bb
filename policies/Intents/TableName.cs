using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Idp.Core;

namespace Idp.Policies.Intents;

/// <summary>A table and its schema, for example <c>public.profile</c>.</summary>
/// <remarks>Exactly as the database spells them; quoting is left to whoever writes SQL. Plain text in JSON.</remarks>
[JsonConverter(typeof(IdJsonConverter<TableName>))]
public readonly record struct TableName : IParsable<TableName>
{
    private const string DefaultSchema = "public";

    private readonly string? _schema;
    private readonly string? _name;

    private TableName(string schema, string name)
    {
        _schema = schema;
        _name = name;
    }

    /// <exception cref="InvalidOperationException">The name was never set.</exception>
    public string Schema => _schema ?? throw new InvalidOperationException("This TableName was never set.");

    /// <exception cref="InvalidOperationException">The name was never set.</exception>
    public string Name => _name ?? throw new InvalidOperationException("This TableName was never set.");

    /// <summary>Reads <c>schema.table</c>, or <c>table</c> in the schema <c>public</c>.</summary>
    /// <exception cref="FormatException"><paramref name="s"/> is not such a name.</exception>
    public static TableName Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var table)
            ? table
            : throw new FormatException($"'{s}' is not a table name; expected table or schema.table, each {SqlIdentifier.Rule}.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TableName result)
    {
        var dot = s?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        var schema = dot < 0 ? DefaultSchema : s![..dot];
        var name = s?[(dot + 1)..];
        var valid = SqlIdentifier.IsValid(schema) && SqlIdentifier.IsValid(name);
        result = valid ? new TableName(schema, name!) : default;
        return valid;
    }

    public override string ToString() => _name is null ? string.Empty : $"{_schema}.{_name}";
}
