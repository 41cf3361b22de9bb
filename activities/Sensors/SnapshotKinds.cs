namespace Idp.Activities.Sensors;

/// <summary>The kinds of documents in the snapshot store.</summary>
public static class SnapshotKinds
{
    /// <summary>A <see cref="CollectedSnapshot"/>.</summary>
    public const string Collected = "collected";

    /// <summary>The hours of the week that all objects share, as the foresight controller writes them.</summary>
    public const string Profiles = "profiles";

    /// <summary>An array of proposals, one for each object.</summary>
    public const string Proposals = "proposals";

    /// <summary>A <see cref="Controllers.ComplianceFindings"/>.</summary>
    public const string Compliance = "compliance";

    /// <summary>A <see cref="Controllers.StoredArbitration"/>, of a run that recorded decisions.</summary>
    public const string Arbitration = "arbitration";

    /// <summary>An array of <see cref="Core.Decisions.Advice"/>.</summary>
    public const string Advice = "advice";

    /// <summary>A <see cref="Controllers.ConsistencyRecord"/>.</summary>
    public const string Consistency = "consistency";

    /// <summary>A <see cref="Core.Controllers.Cost.CostPlan"/> without its lines, which the log of charges has.</summary>
    public const string Spend = "spend";
}
