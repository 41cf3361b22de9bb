namespace Idp.Core.Controllers.Consistency;

/// <summary>What one operation's evidence and declarations demand.</summary>
/// <param name="ForeignCount">Reads of the period that needed other sessions' writes.</param>
/// <param name="OwnCount">Reads of the period that needed their own session's writes.</param>
internal sealed record Hazards(OperationFacts Facts, long ForeignCount, long OwnCount)
{
    private const int LagMargin = 2; // Where nothing enforces the bound, the lag must stay well below it until the next run.

    public static Hazards Of(OperationFacts facts)
    {
        var evidence = facts.Evidence;
        var harmful = facts.Tolerance > TimeSpan.Zero ? 0 : evidence?.ForeignFreshReads ?? 0;
        return new Hazards(facts, (evidence?.RacedReads ?? 0) + harmful, evidence?.OwnFreshReads ?? 0);
    }

    /// <returns>The least level that the intent, the invariants and what readers bear allow.</returns>
    /// <param name="needsSession">True when its reads must see their own session's writes.</param>
    public ReadLevel Declared(bool needsSession)
    {
        var floor = Facts.Invariant is null ? Facts.Floor : ReadLevel.Strong;
        var session = floor.Join(needsSession ? ReadLevel.Session : ReadLevel.Eventual);
        return Facts.Tolerance is not { } bears || bears <= TimeSpan.Zero || session == ReadLevel.Strong ? session

            // No level keeps both a bound and the session's own writes. While the replicas are far below the bound the session is enough.
            : session == ReadLevel.Session ? LagMargin * Facts.ReplicaLag <= bears ? ReadLevel.Session : ReadLevel.Strong
            : session.Join(ReadLevel.Bounded(bears));
    }
}
