using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Idp.Storage.Regions;

/// <summary>The triggers by which an adopted table refuses writers that have not entered, and logs what moves.</summary>
/// <remarks>
/// Shown by <c>--check</c>, run by adoption and release. One row trigger for all three kinds of writes, without WHEN: each
/// trigger, and each condition, is read anew for every statement, which costs more than the call (docs/decisions/0014).
/// Triggers of a partitioned table reach its partitions, present and future; those on TRUNCATE do not, and are set on each.
/// </remarks>
public static class TableGuards
{
    private const int MaxNameBytes = 63; // PostgreSQL cuts longer names, and two might become one.

    /// <summary>The statements that guard one table, or renew its guards.</summary>
    public static IEnumerable<string> Install(AdoptedDataset dataset, AdoptedTable table)
    {
        var function = Function(table);
        var key = Quote.Identifier(dataset.PlacementKey);
        var name = Quote.Literal(dataset.Name.Value);
        var tableName = Quote.Literal(table.FullName);
        string Keys(string row) => $"ARRAY[{string.Join(", ", table.PrimaryKey.Select(column => KeyText(table.Column(column), $"{row}.{Quote.Identifier(column)}")))}]";

        string Entry(string row, char subscribed) => $"""(E'\x1e' || {name} || E'\x1f' || {row}.{key}::text || E'\x1f{subscribed}') COLLATE "C" """.TrimEnd();
        var isSame = $"(OLD.{key}::text = NEW.{key}::text COLLATE \"C\") IS NOT FALSE";
        string Columns(string row) => string.Join(", ", table.PrimaryKey.Select(column => $"{row}.{Quote.Identifier(column)}"));

        // The first condition is all that a row of an object without subscribers costs, when its transaction has entered that
        // object alone. It compares the whole pass: a key that looks like another entry equals none. In a DELETE there is no
        // NEW and in an INSERT no OLD, and what is compared with them is null. Calls are assigned, since PERFORM costs a query.
        yield return $"""
            CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
                LANGUAGE plpgsql
            AS $guard$
            DECLARE
                pass text := current_setting('idp.pass', true);
                is_logged boolean;
            BEGIN
                IF pass = {Entry("NEW", '-')} AND {isSame} THEN
                    RETURN NULL;
                ELSIF pass = {Entry("NEW", '+')} AND {isSame} THEN
                    is_logged := idp.log_change({name}, NEW.{key}::text, {tableName}, CASE WHEN TG_OP = 'UPDATE' AND ({Columns("OLD")}) <> ({Columns("NEW")}) THEN {Keys("OLD")} END, {Keys("NEW")});
                ELSIF TG_OP = 'DELETE' AND pass = {Entry("OLD", '-')} THEN
                    RETURN NULL;
                ELSIF TG_OP = 'DELETE' AND pass = {Entry("OLD", '+')} THEN
                    is_logged := idp.log_change({name}, OLD.{key}::text, {tableName}, {Keys("OLD")}, NULL);
                ELSIF TG_OP = 'INSERT' THEN
                    PERFORM idp.check_write({name}, {tableName}, NULL, NEW.{key}::text, NULL, {Keys("NEW")});
                ELSIF TG_OP = 'DELETE' THEN
                    PERFORM idp.check_write({name}, {tableName}, OLD.{key}::text, NULL, {Keys("OLD")}, NULL);
                ELSE
                    PERFORM idp.check_write({name}, {tableName}, CASE WHEN NEW.{key} IS NOT NULL THEN OLD.{key}::text END, NEW.{key}::text, {Keys("OLD")}, {Keys("NEW")}); -- A key that becomes null names no object.
                END IF;
                RETURN NULL;
            END
            $guard$
            """;
        yield return $"CREATE OR REPLACE TRIGGER idp_guard AFTER INSERT OR UPDATE OR DELETE ON {table.Sql} FOR EACH ROW EXECUTE FUNCTION {function}()";

        // Fires only when a statement names the column; there so that the column cannot be dropped while the table is adopted.
        yield return $"CREATE OR REPLACE TRIGGER idp_key AFTER UPDATE OF {key} ON {table.Sql} FOR EACH ROW EXECUTE FUNCTION idp.keep_key()";
        foreach (var part in Relations(dataset, table))
        {
            yield return $"CREATE OR REPLACE TRIGGER idp_truncate BEFORE TRUNCATE ON {part} FOR EACH STATEMENT EXECUTE FUNCTION idp.refuse_truncate()";
        }
    }

    /// <summary>The statements that leave the table as it was before adoption.</summary>
    public static IEnumerable<string> Remove(AdoptedDataset dataset, AdoptedTable table)
    {
        yield return $"DROP TRIGGER IF EXISTS idp_guard ON {table.Sql}";
        yield return $"DROP TRIGGER IF EXISTS idp_key ON {table.Sql}";
        foreach (var part in Relations(dataset, table))
        {
            yield return $"DROP TRIGGER IF EXISTS idp_truncate ON {part}";
        }

        yield return $"DROP FUNCTION IF EXISTS {Function(table)}()";
        yield return $"DROP FUNCTION IF EXISTS {EarlierFunction(table)}()";
    }

    private static IEnumerable<string> Relations(AdoptedDataset dataset, AdoptedTable table) =>
        dataset.Parts.Where(part => part.Table == table.FullName).Select(part => part.Sql).DefaultIfEmpty(table.Sql);

    private static string Function(AdoptedTable table)
    {
        var name = $"guard_{table.FullName}";
        var isPlain = Encoding.UTF8.GetByteCount(name) <= MaxNameBytes && !table.Schema.Contains('.', StringComparison.Ordinal) && !table.Name.Contains('.', StringComparison.Ordinal);
        return $"idp.{Quote.Identifier(isPlain ? name : string.Create(CultureInfo.InvariantCulture, $"guard_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(table.Sql)))[..32]}"))}";
    }

    // As builds before this one named it.
    private static string EarlierFunction(AdoptedTable table) => $"idp.{Quote.Identifier($"guard_{table.Schema}_{table.Name}")}";

    // One text for one value, whatever settings the writer's session has: the log compares keys as texts.
    private static string KeyText(AdoptedColumn column, string value) => column.BaseType switch
    {
        "date" or "timestamp without time zone" => $"to_json({value}) #>> '{{}}'",
        "timestamp with time zone" =>
            $"CASE WHEN isfinite({value}) THEN to_json(timezone('UTC', {value})) #>> '{{}}' || ' UTC' ELSE {value}::text END",
        "bytea" => $"'\\x' || encode({value}, 'hex')",
        "numeric" => $"trim_scale({value})::text",
        _ => $"{value}::text",
    };
}
