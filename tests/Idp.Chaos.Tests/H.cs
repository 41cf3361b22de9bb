using System.Collections.Immutable;
using Idp.Chaos.Checking;
using Idp.Chaos.Ledger;

namespace Idp.Chaos.Tests;

/// <summary>Histories by hand.</summary>
internal static class H
{
    private static int _clients;

    public static Step Append(int list, long value) => new(StepKind.Append, list, value);

    public static Step Read(int list, params long[] seen) => new(StepKind.ReadList, list, Seen: seen);

    public static Step Write(long value) => new(StepKind.WriteRegister, 1, value);

    public static Step ReadRegister(long value) => new(StepKind.ReadRegister, 1, value);

    public static Step Insert(long incarnation, bool hasEffect = true) => new(StepKind.InsertItem, 1, incarnation, hasEffect);

    public static Step Delete(long incarnation) => new(StepKind.DeleteItem, 1, incarnation);

    public static Step ReadItem(long incarnation) => new(StepKind.ReadItem, 1, incarnation);

    public static Step Transfer(int from, int to, long amount) => new(StepKind.Transfer, from, amount, Other: to);

    public static Step Balances(params long[] balances) => new(StepKind.ReadAccounts, 0, Seen: balances);

    /// <summary>An acknowledged transaction of a client of its own.</summary>
    public static LedgerEntry Ok(long start, long end, params Step[] steps) => new(Interlocked.Increment(ref _clients), start, end, Outcome.Ok, [.. steps]);

    public static LedgerEntry Failed(long start, long end, params Step[] steps) => Ok(start, end, steps) with { Outcome = Outcome.Failed };

    public static LedgerEntry Lost(long start, params Step[] steps) => Ok(start, LedgerEntry.Never, steps) with { Outcome = Outcome.Unknown };

    public static LedgerEntry By(this LedgerEntry entry, int client) => entry with { Client = client };

    public static LedgerEntry InSession(this LedgerEntry entry) => entry with { IsSession = true };

    public static History Of(Isolation level, params LedgerEntry[] entries) => new("a history", level, [.. entries], Final: null);

    public static History EndingWith(this History history, params Step[] steps) => history with { Final = Ok(1_000, 1_001, steps) };

    public static History WithAccounts(this History history, int count, long opening) => history with { AccountCount = count, OpeningBalance = opening };

    public static ImmutableArray<string> Kinds(History history) => [.. HistoryChecker.Check(history).Select(anomaly => anomaly.Kind).Distinct()];
}
