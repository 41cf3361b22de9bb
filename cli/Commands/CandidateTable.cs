using Idp.Cli.Output;
using Idp.Core.Decisions;

namespace Idp.Cli.Commands;

/// <summary>What an object would cost in each region, as <c>why</c> and <c>why-not</c> show it.</summary>
internal static class CandidateTable
{
    public static readonly string[] Header = ["CANDIDATE", ">MEAN MS", ">LATENCY $/D", ">STORAGE $/D", ">EGRESS $/D", ">MOVE $/D", ">TOTAL $/D"];

    public static string[] Row(CandidateScore candidate) =>
    [
        candidate.Region.Value,
        Text.Ms(candidate.MeanMs),
        Text.Usd(candidate.Cost.LatencyUsdPerDay),
        Text.Usd(candidate.Cost.StorageUsdPerDay),
        Text.Usd(candidate.Cost.EgressUsdPerDay),
        Text.Usd(candidate.Cost.MoveUsdPerDay),
        Text.Usd(candidate.Cost.TotalUsdPerDay),
    ];
}
