using System.CommandLine;
using Idp.Api;
using Idp.Cli.Output;
using Idp.Cli.Planes;
using Spectre.Console;
using Text = Idp.Cli.Output.Text;

namespace Idp.Cli.Commands;

internal static class ComplianceCommand
{
    private static readonly Option<int> Limit = Arguments.Limit(rows: 50);

    public static Command Create() => new Command("compliance", "Show what stands where a policy forbids it, since when, and how it ends; exits with 1 if something is open.")
        .With(Limit)
        .WithExamples("idp compliance", "idp compliance --json")
        .Runs(RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var plane = Plane.Open(context);
        var view = (await plane.Get<ComplianceReader>().ReadAsync(context.Value(Limit), cancellationToken)).Demand();
        context.Data.Write(view, Render);
        return view.Report.Open == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void Render(IAnsiConsole console, ComplianceView view)
    {
        var report = view.Report;
        console.WriteText($"{report.ObjectsCompliant} of {report.ObjectsChecked} objects comply with policy revision {report.PolicyRevision[..12]}, checked {Text.Moment(report.AsOf)}");
        console.WriteText($"Open {report.Open}, overdue {report.Overdue}, waived {report.Waived}, warnings {report.Warnings}, without a fix {report.Unfixable}; at risk {report.RiskUsdPerDay:0.##} USD/day");
        if (view.Violations.IsEmpty)
        {
            return;
        }

        console.WriteText(string.Empty);
        console.WriteRows(
            ["OBJECT", "REGION", "POLICY", "URGENCY", "SINCE", "UNTIL", "STATE"],
            view.Violations.Select(violation => new[]
            {
                violation.Object.ToString(),
                violation.Region.Value,
                violation.Policy,
                violation.Urgency.ToString(),
                Text.Moment(violation.FirstSeen),
                Text.Moment(violation.Deadline),
                !violation.IsHard ? "warning" : violation.IsWaived ? "waived" : violation.UnfixableBecause ?? (violation.IsOverdue ? "overdue" : "to be fixed"),
            }));
        if (view.Total > view.Violations.Length)
        {
            console.WriteText($"{view.Total - view.Violations.Length} more; --limit {Math.Min(view.Total, Arguments.MaxLimit)} shows them.");
        }
    }
}
