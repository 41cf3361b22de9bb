using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Idp.Chaos.Checking;

namespace Idp.Chaos.Report;

/// <summary>What a run did and found; the same as a table and as JSON.</summary>
/// <param name="Operations">Steps by kind and outcome, and the styles of transactions beside the plain batch.</param>
/// <param name="CheckedTransactions">Transactions in histories that were checked.</param>
/// <param name="CheckedOperations">Their steps: appends, reads, transfers and so on.</param>
/// <param name="Faults">By kind, then by the phase of the migration that they struck.</param>
/// <param name="FaultsMissed">Planned faults that did not come about, and why.</param>
/// <param name="NotInjected">Kinds that this machine does not permit, and why.</param>
/// <param name="MaxWritePauseMs">Longest that a client's write took while nothing was broken.</param>
/// <param name="SlowestWrite">That write.</param>
/// <param name="Anomalies">0, or the product has lost something.</param>
internal sealed record ChaosReport(
    string Commit,
    string Machine,
    int Seed,
    double Minutes,
    string Plant,
    long Transactions,
    double TransactionsPerSecond,
    long CheckedTransactions,
    long CheckedOperations,
    ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, long>> Operations,
    ImmutableSortedDictionary<string, long> Guards,
    int MovesCompleted,
    int MovesRolledBack,
    int MovesUndone,
    int MovesFailed,
    ImmutableSortedDictionary<string, int> MoveCalls,
    int FaultCount,
    ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, int>> Faults,
    ImmutableSortedDictionary<string, int> FaultsMissed,
    ImmutableSortedDictionary<string, string> NotInjected,
    double MaxWritePauseMs,
    double MaxWritePauseUnderFaultsMs,
    string SlowestWrite,
    double PeakMemoryMb,
    ImmutableSortedDictionary<string, long> ClientErrors,
    ImmutableArray<string> LastErrors,
    int Anomalies,
    ImmutableSortedDictionary<string, int> AnomaliesByKind,
    ImmutableArray<Anomaly> AnomalyDetails)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };
}
