using System.CommandLine;
using Idp.Activities;
using Idp.Cli.Output;
using Idp.Cli.Planes;

namespace Idp.Cli.Commands;

internal static class ReconcileCommand
{
    private static readonly Option<bool> Check = new("--check") { Description = "Only tell what is left behind, and change nothing" };

    public static Command Create() => new Command("reconcile", "Sweep every region's store for what lost migrations left behind, and clear it up.").With(Check)
        .WithExamples("idp reconcile --check", "idp reconcile --json")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var report = await plane.Get<StoreReconciler>().RunAsync(context.Operator, context.Value(Check), maxRows: null, cancellationToken);
        context.Data.Write(report, (console, swept) =>
        {
            if (!swept.Findings.IsEmpty)
            {
                console.WriteRows(
                    ["REGION", "OBJECT", "FINDING", "DETAIL", context.Value(Check) ? "WOULD" : "DONE", "RESOLVED"],
                    swept.Findings.Select(finding => new[]
                    {
                        finding.Region.Value, finding.Object.ToString(), finding.Finding, finding.Detail, finding.Action, finding.IsResolved ? "yes" : "no",
                    }));
            }

            console.WriteText($"{Text.Count(swept.RowsRead)} rows read, {swept.Findings.Length} findings");
        });
        foreach (var silent in report.Unreachable)
        {
            await context.Error.WriteLineAsync($"idp: not swept: {silent}");
        }

        return !report.Unreachable.IsEmpty ? ExitCode.Unavailable
            : report.Findings.Any(finding => !finding.IsResolved) ? ExitCode.Refused
            : ExitCode.Ok;
    }
}
