using System.Collections.Immutable;
using Idp.Chaos.Ledger;

namespace Idp.Chaos.Checking;

/// <summary>Everything that one history can prove wrong.</summary>
internal static class HistoryChecker
{
    public static ImmutableArray<Anomaly> Check(History history) =>
    [
        .. ListChecker.Check(history),
        .. RegisterChecker.Check(history),
        .. ItemChecker.Check(history),
        .. BankChecker.Check(history),
    ];
}
