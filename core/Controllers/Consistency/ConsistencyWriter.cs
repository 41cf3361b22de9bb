namespace Idp.Core.Controllers.Consistency;

/// <summary>Puts one operation's decision into words and numbers.</summary>
internal sealed class ConsistencyWriter(ConsistencyOptions options, OperationFacts facts, Hazards hazards, ConsistencyMemory memory, DateTimeOffset asOf)
{
    public string Reason(ReadLevel from, ReadLevel to, ReadLevel needed, string? keptBecause)
    {
        var change = from == to ? $"{facts.Operation} stays {to}" : $"{facts.Operation} goes from {from} to {to}";
        var because = (to == needed, from == to) switch
        {
            (true, _) when hazards.ForeignCount >= options.MinHazards || hazards.OwnCount >= options.MinHazards => Seen(),
            (true, true) => Demanded(),
            (true, false) => $"{Clean()}; {Demanded()}",
            (false, false) => $"{Clean()}; {keptBecause}",
            (false, true) => $"{needed} would do: {keptBecause}",
        };
        return $"{change}: {because}";
    }

    public string Flip(ReadLevel to, ReadLevel needed)
    {
        if (hazards.Declared(needsSession: false) == ReadLevel.Strong)
        {
            return "nothing that is measured: strong is declared";
        }

        return to == needed && hazards.ForeignCount + hazards.OwnCount == 0
            ? $"{options.MinHazards} read that needs a fresher state would upgrade it at once"
            : $"{(options.DowngradeAfter * Math.Pow(2, memory.Reversals)).TotalDays:0.#} days and {options.MinCleanReads} reads without a hazard would downgrade it";
    }

    private string Seen()
    {
        var evidence = facts.Evidence!;
        string[] parts =
        [
            .. hazards.ForeignCount > evidence.RacedReads ? (string[])[$"{evidence.ForeignFreshReads} of {evidence.Reads} reads came within the replicas' {facts.ReplicaLag.TotalMilliseconds:0} ms after another session's write"] : [],
            .. evidence.RacedReads > 0 ? (string[])[$"{evidence.RacedReads} reads were built upon by a write that raced another session's"] : [],
            .. hazards.OwnCount > 0 ? (string[])[$"{evidence.OwnFreshReads} of {evidence.Reads} reads followed a write of their own session"] : [],
        ];
        return string.Join("; ", parts) + (evidence.Example is { } example ? $" ({example})" : string.Empty);
    }

    private string Demanded() => facts switch
    {
        { Invariant: { } invariant } => $"it guards the invariant '{invariant}'",
        { Tolerance: { } bears } when bears > TimeSpan.Zero =>
            $"the intent demands {facts.Floor}, its readers bear {bears.TotalMilliseconds:0} ms and the replicas are {facts.ReplicaLag.TotalMilliseconds:0} ms behind",
        _ => $"the intent demands {facts.Floor}",
    };

    private string Clean() =>
        $"no hazard from other sessions in {memory.Foreign.Reads} reads of {(asOf - memory.Foreign.Since).TotalDays:0.#} days, none from its own in {memory.Own.Reads} of {(asOf - memory.Own.Since).TotalDays:0.#}";
}
