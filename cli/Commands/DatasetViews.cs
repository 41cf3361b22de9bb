using Idp.Cli.Datasets;
using Idp.Cli.Output;
using Spectre.Console;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Commands;

/// <summary>What people see of adoption and release. As SQL comments, so that the output of a check can be run as it is.</summary>
internal static class DatasetViews
{
    public static void Render(IAnsiConsole console, AdoptionResult result)
    {
        if (result.IsAdopted)
        {
            console.WriteText($"{result.Dataset} is adopted: {Text.Count(result.ObjectCount)} objects in {result.BirthRegion}, {Text.Count(result.RowCount)} rows, {Text.Size(result.SizeBytes)}");
            return;
        }

        foreach (var table in result.Tables)
        {
            console.WriteText($"-- {table.Table}: {(table.Fits ? "fits" : "advise only")}");
            foreach (var reason in table.Reasons)
            {
                console.WriteText($"--   {reason}");
            }
        }

        if (result.Violations.IsEmpty)
        {
            console.WriteText($"-- {result.Dataset} may be adopted; this would run in every region:");
            Write(console, result.GuardSql);
        }
        else
        {
            console.WriteText($"-- {result.Dataset} cannot be adopted: {result.Violations.Length} rule{(result.Violations.Length == 1 ? " is" : "s are")} broken; nothing was changed.");
        }
    }

    public static void Render(IAnsiConsole console, ReleaseResult result)
    {
        if (result.IsReleased)
        {
            console.WriteText($"{result.Dataset} is released: its tables are plain ones, its rows are in {result.BirthRegion}.");
        }
        else if (result.Refusals.IsEmpty)
        {
            console.WriteText($"-- {result.Dataset} may be released; this would run in every region:");
            Write(console, result.ReleaseSql);
        }
        else
        {
            console.WriteText($"-- {result.Dataset} cannot be released yet; nothing was changed.");
        }
    }

    private static void Write(IAnsiConsole console, IEnumerable<string> statements)
    {
        foreach (var sql in statements)
        {
            console.WriteText($"{sql};\n");
        }
    }
}
