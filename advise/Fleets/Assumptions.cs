namespace Idp.Advise.Fleets;

/// <summary>What a log does not say and the report therefore assumes.</summary>
public sealed record Assumptions
{
    /// <value>Revenue of one operation, in US dollars. Default 0.01.</value>
    public double RevenueUsdPerOperation { get; init; } = 0.01;

    /// <value>Share of it that each further 100 ms loses. Default 0.01: Amazon's often quoted figure, never published with its data.</value>
    public double LossPer100Ms { get; init; } = 0.01;

    /// <value>Bytes of an object where the source does not know them. Default 10 MB.</value>
    public long ObjectBytes { get; init; } = 10_000_000;

    /// <value>Bytes of an answer where the log has none. Default 1,024.</value>
    public double AnswerBytes { get; init; } = 1_024;

    /// <value>Bytes that one write ships to a replica. Default 1,024.</value>
    public double WriteBytes { get; init; } = 1_024;

    /// <value>Primary and replicas together. Default 3.</value>
    public int MaxSites { get; init; } = 3;
}
