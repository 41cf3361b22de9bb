using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Idp.Chaos.Report;

/// <summary>The report for people.</summary>
internal static class ReportTable
{
    public static string Write(ChaosReport report)
    {
        var text = new StringBuilder();
        Line(text, $"chaos movement, seed {report.Seed}, {report.Minutes:0.##} min at {report.Commit} on {report.Machine}");
        if (report.Plant.Length > 0)
        {
            Line(text, $"planted: {report.Plant}; anomalies are expected");
        }

        Line(text, $"");
        Line(text, $"{"operation",-24}{"ok",12}{"failed",10}{"unknown",10}");
        foreach (var (kind, outcomes) in report.Operations)
        {
            Line(text, $"{kind,-24}{outcomes["ok"],12:N0}{outcomes["failed"],10:N0}{outcomes["unknown"],10:N0}");
        }

        Line(text, $"");
        Line(text, $"{"fault",-18} {"count",6}  phases");
        foreach (var (kind, phases) in report.Faults)
        {
            Line(text, $"{kind,-18} {phases.Values.Sum(),6}  {string.Join(", ", phases.Select(phase => $"{phase.Key} {phase.Value}"))}");
        }

        Pairs(text, "not injected", report.NotInjected);
        Pairs(text, "missed", report.FaultsMissed);
        Pairs(text, "client errors", report.ClientErrors);
        Pairs(text, "refused, as it must be", report.Guards);
        Line(text, $"");
        Line(text, $"moves              {report.MovesCompleted:N0} completed, {report.MovesRolledBack:N0} rolled back, {report.MovesUndone:N0} undone, {report.MovesFailed:N0} refused");
        Line(text, $"transactions       {report.Transactions:N0}, {report.TransactionsPerSecond:N0} a second; {report.CheckedTransactions:N0} checked, with {report.CheckedOperations:N0} operations");
        Line(text, $"longest write      {report.MaxWritePauseMs:N0} ms, under faults {report.MaxWritePauseUnderFaultsMs:N0} ms");
        Line(text, $"anomalies          {report.Anomalies}{(report.Anomalies == 0 ? string.Empty : $": {string.Join(", ", report.AnomaliesByKind.Select(kind => $"{kind.Key} {kind.Value}"))}")}");
        foreach (var anomaly in report.AnomalyDetails)
        {
            Line(text, $"  {anomaly.Kind} in {anomaly.Where}: {anomaly.Detail}");
        }

        return text.ToString();
    }

    private static void Pairs<T>(StringBuilder text, string title, ImmutableSortedDictionary<string, T> pairs)
    {
        if (!pairs.IsEmpty)
        {
            Line(text, $"");
            Line(text, $"{title}");
            foreach (var (name, value) in pairs)
            {
                Line(text, $"  {name}: {value}");
            }
        }
    }

    private static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture).TrimEnd());
}
