using System.Collections.Immutable;

namespace Idp.Chaos.Ledger;

/// <summary>Everything that was done to the rows of one object in one generation, from the first transaction to a last read of all.</summary>
/// <param name="Where">Object and generation.</param>
/// <param name="Entries">In any order.</param>
/// <param name="Final">Read after every acknowledged transaction; null when the run ended before it succeeded.</param>
/// <param name="AccountCount">Accounts of the object.</param>
/// <param name="OpeningBalance">What each account held at first; 0 when the history has no accounts.</param>
internal sealed record History(string Where, Isolation Level, ImmutableArray<LedgerEntry> Entries, LedgerEntry? Final, long OpeningBalance = 0, int AccountCount = 0)
{
    /// <summary>Final read included.</summary>
    public IEnumerable<LedgerEntry> All => Final is null ? Entries : Entries.Append(Final);
}
