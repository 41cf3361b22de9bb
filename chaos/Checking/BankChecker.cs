using Idp.Chaos.Ledger;

namespace Idp.Chaos.Checking;

/// <summary>Transfers between the accounts of one object: every read sees the same sum, and the last one sees every transfer.</summary>
internal static class BankChecker
{
    /// <summary>So many lost answers are tried out in every combination.</summary>
    private const int MaxUnknown = 14;

    public static IEnumerable<Anomaly> Check(History history)
    {
        if (history.OpeningBalance == 0)
        {
            yield break;
        }

        foreach (var (entry, step) in Reads(history))
        {
            if (step.Seen!.Length != history.AccountCount || step.Seen.Sum() != history.OpeningBalance * history.AccountCount)
            {
                yield return new Anomaly("bank-sum", history.Where, $"{step.Seen.Length} accounts hold {step.Seen.Sum()}: {entry}");
            }
        }

        if (history.Final?.Steps.FirstOrDefault(step => step.Kind is StepKind.ReadAccounts) is { Seen: { } last })
        {
            foreach (var anomaly in CheckTransfers(history, last))
            {
                yield return anomaly;
            }
        }
    }

    private static IEnumerable<Anomaly> CheckTransfers(History history, long[] last)
    {
        var missing = last.Select(balance => balance - history.OpeningBalance).ToArray();
        var unknown = new List<Step>();
        foreach (var entry in history.Entries.Where(entry => entry.Outcome is not Outcome.Failed))
        {
            foreach (var step in entry.Steps.Where(step => step.Kind is StepKind.Transfer && step.Key < last.Length && step.Other < last.Length))
            {
                if (entry.Outcome is Outcome.Ok)
                {
                    Take(missing, step, 1);
                }
                else
                {
                    unknown.Add(step);
                }
            }
        }

        if (unknown.Count <= MaxUnknown && !IsSumOfSome(missing, unknown, 0))
        {
            yield return new Anomaly(
                "lost-update", history.Where, $"balances differ from the acknowledged transfers by {string.Join(' ', missing)}, with {unknown.Count} lost answers: {history.Final}");
        }
    }

    private static bool IsSumOfSome(long[] missing, List<Step> unknown, int from)
    {
        if (missing.All(difference => difference == 0))
        {
            return true;
        }

        for (var index = from; index < unknown.Count; index++)
        {
            Take(missing, unknown[index], 1);
            if (IsSumOfSome(missing, unknown, index + 1))
            {
                return true;
            }

            Take(missing, unknown[index], -1);
        }

        return false;
    }

    private static void Take(long[] missing, Step transfer, int sign)
    {
        missing[transfer.Key] += sign * transfer.Value;
        missing[transfer.Other] -= sign * transfer.Value;
    }

    private static IEnumerable<(LedgerEntry Entry, Step Step)> Reads(History history) =>
        from entry in history.All
        where entry.Outcome is Outcome.Ok
        from step in entry.Steps
        where step.Kind is StepKind.ReadAccounts && step.Seen is not null
        select (entry, step);
}
