using Idp.Cli.Output;
using Spectre.Console;

namespace Idp.Cli.Checks;

internal static class CheckTable
{
    public static void Write(IAnsiConsole console, IEnumerable<CheckResult> checks)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumns(new TableColumn(string.Empty) { NoWrap = true }, new TableColumn(string.Empty) { NoWrap = true }, new TableColumn(string.Empty));
        foreach (var check in checks)
        {
            var text = check.Remedy is { } remedy ? $"{check.Detail}; {remedy}" : check.Detail;
            table.AddRow(Mark(check.State), new Spectre.Console.Text(check.Name), new Spectre.Console.Text(text));
        }

        console.Write(table);
    }

    private static Spectre.Console.Text Mark(CheckState state) => state switch
    {
        CheckState.Ok => new("ok", new Style(Color.Green)),
        CheckState.Warn => new("warn", new Style(Color.Yellow)),
        _ => new("fail", new Style(Color.Red)),
    };
}
