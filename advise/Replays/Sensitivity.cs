using System.Collections.Immutable;

namespace Idp.Advise.Replays;

/// <summary>What the saving would be if one assumption were otherwise and the plane had decided the same.</summary>
/// <param name="Assumption">What is changed, in words.</param>
/// <param name="LowLabel">The smaller value.</param>
/// <param name="LowUsd">The saving with it.</param>
/// <param name="HighLabel">The larger value.</param>
/// <param name="HighUsd">The saving with it.</param>
/// <remarks>The decisions stay as they were; a plane that knew better would decide better, so it would save at least about this.</remarks>
public sealed record Sensitivity(string Assumption, string LowLabel, double LowUsd, string HighLabel, double HighUsd)
{
    /// <returns>Widest first.</returns>
    /// <param name="writeShare">Of the log; from 0 to 1.</param>
    public static ImmutableArray<Sensitivity> Of(CostParts stay, CostParts plane, double writeShare)
    {
        double Saved(Func<CostParts, double> cost) => cost(stay) - cost(plane);
        Sensitivity Row(string assumption, string low, double lowFactor, string high, double highFactor, Func<CostParts, double, double> cost) =>
            new(assumption, low, Saved(parts => cost(parts, lowFactor)), high, Saved(parts => cost(parts, highFactor)));

        var mostWrites = writeShare > 0 ? Math.Min(2, 1 / writeShare) : 2;
        return
        [
            .. ((Sensitivity[])
            [
                Row("Value of latency", "×½", 0.5, "×2", 2, (parts, factor) => parts.Total + ((factor - 1) * parts.Latency)),
                Row("Egress price", "×½", 0.5, "×2", 2, (parts, factor) => parts.Total + ((factor - 1) * (parts.EgressBytes + parts.CopyBytes))),
                Row("Size of the objects", "×½", 0.5, "×2", 2, (parts, factor) => parts.Total + ((factor - 1) * (parts.Storage + parts.CopyBytes))),
                Row("Share of writes", "×½", 0.5, $"×{mostWrites:0.##}", mostWrites, (parts, factor) => parts.Total + ((1 - factor) * parts.WriteToRead)),
                Row("Round trips", "−25 %", 0.75, "+25 %", 1.25, (parts, factor) => parts.Total + ((factor - 1) * parts.Latency)),
            ]).OrderByDescending(row => Math.Abs(row.HighUsd - row.LowUsd)),
        ];
    }
}
