using Spectre.Console;

namespace Idp.Cli.Output;

internal static class ConsoleTables
{
    /// <summary>A table without frames; a column whose name begins with '&gt;' is of numbers.</summary>
    public static void WriteRows(this IAnsiConsole console, string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var column in columns)
        {
            var isNumber = column.StartsWith('>');
            var header = new TableColumn(new Spectre.Console.Text(column.TrimStart('>'), new Style(decoration: Decoration.Bold))) { NoWrap = !IsProse(column) };
            table.AddColumn(isNumber ? header.RightAligned() : header);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Spectre.Console.Text(cell)));
        }

        console.Write(table);
    }

    public static void WriteText(this IAnsiConsole console, string line) => console.Write(new Spectre.Console.Text(line + "\n"));

    private static bool IsProse(string column) => column is "REASON" or "DETAIL" or "EXCLUDED BECAUSE" or "LAST ERROR" or "REMEDY";
}
