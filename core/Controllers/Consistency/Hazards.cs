namespace Idp.Core.Controllers.Consistency;

/// <summary>What one operation's evidence and declarations demand.</summary>
/// <param name="Declared">By the intent's floor and the invariants alone.</param>
/// <param name="Foreign">The level that fresh writes of other sessions ask for; eventual when they are harmless.</param>
/// <param name="ForeignCount">Hazards of that kind in the period.</param>
/// <param name="OwnCount">Reads of the period that needed their own session's writes.</param>
internal sealed record Hazards(ReadLevel Declared, ReadLevel Foreign, long ForeignCount, long OwnCount)
{
    public static Hazards Of(OperationFacts facts)
    {
        var declared = facts.Invariant is null ? facts.Floor : ReadLevel.Strong;

        // A reader that bears what the replicas miss anyhow is not hurt; one that bears less gets exactly its bound.
        var foreign = facts.Tolerance switch
        {
            { } bears when bears >= facts.ReplicaLag => ReadLevel.Eventual,
            { } bears when bears > TimeSpan.Zero => ReadLevel.Bounded(bears),
            _ => ReadLevel.Strong,
        };
        var evidence = facts.Evidence;
        var raced = evidence?.RacedReads ?? 0;
        return new Hazards(
            declared,
            raced > 0 ? ReadLevel.Strong : foreign,
            raced + (foreign == ReadLevel.Eventual ? 0 : evidence?.ForeignFreshReads ?? 0),
            evidence?.OwnFreshReads ?? 0);
    }
}
